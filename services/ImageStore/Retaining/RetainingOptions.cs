using System.ComponentModel.DataAnnotations;

namespace MjAspire.ImageStore.Retaining;

/// <summary>Section <c>Retaining</c>: how long pictures stay. Nothing is set, and everything stays, until the operator says otherwise.</summary>
internal sealed class RetainingOptions
{
    /// <summary>Pictures older than this go.</summary>
    public TimeSpan? MaxAge { get; set; }

    /// <summary>Files an owner may have; a grid and its parts are one. The oldest go.</summary>
    [Range(1, long.MaxValue)]
    public long? MaxCount { get; set; }

    /// <summary>Bytes an owner's pictures may take. The oldest go; the newest stays, whatever its size.</summary>
    [Range(1, long.MaxValue)]
    public long? MaxBytes { get; set; }

    /// <summary>Variants older than this go; who asks for one again gets a new one.</summary>
    public TimeSpan VariantsFor { get; set; } = TimeSpan.FromDays(30);

    /// <summary>
    /// How long a blob stays that nothing refers to: longer than storing one takes, retries included, and longer than taking a backup.
    /// </summary>
    public TimeSpan Grace { get; set; } = TimeSpan.FromDays(1);

    /// <summary>Between two rounds.</summary>
    public TimeSpan Interval { get; set; } = TimeSpan.FromHours(1);

    /// <summary>Between two looks for blobs that have no row: all of them are listed for it.</summary>
    public TimeSpan StraysInterval { get; set; } = TimeSpan.FromDays(1);

    /// <summary>Files, variants or blobs at a time.</summary>
    [Range(1, 10_000)]
    public int Batch { get; set; } = 200;
}
