using Dapper;

namespace MjAspire.ImageStore.Storage;

/// <summary>Which of an owner's pictures; what is null does not matter.</summary>
internal sealed record ImageFilter
{
    /// <summary>Words, as in a web search: <c>lighthouse -fog "at dawn" or dusk</c>.</summary>
    public string? Words { get; init; }
    public string? Tag { get; init; }
    public Guid? JobId { get; init; }
    public string? Model { get; init; }
    public string? Operation { get; init; }

    /// <summary>Stored then or later.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Stored earlier.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>The last picture of the page before.</summary>
    public (DateTimeOffset StoredAt, Guid ImageId)? After { get; init; }

    /// <summary>Conditions over <c>images</c>, each beginning with "and". Only those that are asked for, so that each form has its own plan.</summary>
    public string Conditions => string.Concat(
        JobId is null ? "" : " and job_id = @JobId",
        Model is null ? "" : " and model = @Model",
        Operation is null ? "" : " and operation = @Operation",
        From is null ? "" : " and stored_at >= @From",
        Until is null ? "" : " and stored_at < @Until",
        Words is null ? "" : FileOf("words @@ websearch_to_tsquery('english', @Words)"),
        Tag is null ? "" : FileOf("tags @> array[@Tag]"),
        After is null ? "" : " and (stored_at, image_id) < (@AfterTime, @AfterId)");

    public DynamicParameters Parameters(Guid ownerId, int count)
    {
        var parameters = new DynamicParameters(new { ownerId, count, JobId, Model, Operation, From, Until, Words, Tag });
        parameters.Add("AfterTime", After?.StoredAt);
        parameters.Add("AfterId", After?.ImageId);
        return parameters;
    }

    private static string FileOf(string condition) =>
        $" and (job_id, source_index) in (select job_id, source_index from images where owner_id = @ownerId and {condition})";
}
