using System.Text.Json.Serialization;

namespace MjAspire.Contracts.Jobs;

/// <summary>Who runs a job.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<JobKind>))]
public enum JobKind
{
    /// <summary>An image provider, called by JobService.</summary>
    [JsonStringEnumMemberName("image")] Image,

    /// <summary>A worker outside the system, which pushes status and completion itself.</summary>
    [JsonStringEnumMemberName("external")] External,
}
