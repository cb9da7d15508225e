using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Http.Metadata;
using MjAspire.ImageStore.Serving;
using MjAspire.ImageStore.Storage;
using MjAspire.ServiceDefaults;

namespace MjAspire.ImageStore.Searching;

/// <summary><c>GET /images?q=…&amp;tag=…&amp;job_id=…&amp;model=…&amp;operation=…&amp;from=…&amp;until=…&amp;limit=…&amp;cursor=…</c>: an owner's pictures, newest first.</summary>
internal static class SearchImages
{
    private const int LongestQuery = 1_000;
    private const int MostAtOnce = 100;

    public static async Task<Results<Ok<FoundImages>, ProblemHttpResult>> ListAsync(
        [AsParameters] SearchQuery query, Caller caller, ImagesTable images, ImageLinks links, CancellationToken cancellationToken)
    {
        if (query.Limit is < 1 or > MostAtOnce)
            return Problems.Of(400, "E_LIMIT", $"limit is 1 to {MostAtOnce}.");
        if (new[] { query.Q, query.Tag, query.Model, query.Operation }.Any(text => text?.Length > LongestQuery || text?.Contains('\0', StringComparison.Ordinal) == true))
            return Problems.Of(400, "E_QUERY", $"A query has at most {LongestQuery:N0} characters, none of them a null.");
        if (!TryReadCursor(query.Cursor, out var after))
            return Problems.Of(400, "E_CURSOR", "cursor is what next_cursor of the page before says.");

        var limit = query.Limit ?? 50;
        var found = await images.SearchAsync(caller.OwnerId, query.ToFilter(after), limit + 1, cancellationToken);
        var page = found.Take(limit).ToArray();
        var parts = await images.PartsOfAsync(page, cancellationToken);
        return TypedResults.Ok(new FoundImages(
            [.. page.Select(file => links.Show(file, parts[file.ImageId]))],
            found.Count > limit ? CursorAfter(page[^1]) : null));
    }

    /// <summary>Where the next page begins: <c>{ticks}.{image id}</c>, in base64url to say that it is nobody's business.</summary>
    private static string CursorAfter(ImageRow last) =>
        Base64Url.EncodeToString(Encoding.ASCII.GetBytes($"{last.StoredAt.UtcTicks}.{last.ImageId:N}"));

    private static bool TryReadCursor(string? text, out (DateTimeOffset, Guid)? after)
    {
        after = null;
        if (string.IsNullOrEmpty(text))
            return true;
        if (!Base64Url.IsValid(text) || Encoding.ASCII.GetString(Base64Url.DecodeFromChars(text)).Split('.') is not [var at, var id]
            || !long.TryParse(at, NumberStyles.None, CultureInfo.InvariantCulture, out var ticks) || ticks > DateTimeOffset.MaxValue.UtcTicks
            || !Guid.TryParseExact(id, "N", out var imageId))
            return false;
        after = (new DateTimeOffset(ticks, TimeSpan.Zero), imageId);
        return true;
    }
}

/// <summary>What is asked for; what is absent does not matter.</summary>
internal sealed class SearchQuery
{
    /// <summary>Words of prompt, tags or description, as in a web search.</summary>
    public string? Q { get; init; }
    public string? Tag { get; init; }

    [QueryName("job_id")]
    public Guid? JobId { get; init; }
    public string? Model { get; init; }
    public string? Operation { get; init; }
    public DateTimeOffset? From { get; init; }
    public DateTimeOffset? Until { get; init; }
    public int? Limit { get; init; }
    public string? Cursor { get; init; }

    public ImageFilter ToFilter((DateTimeOffset, Guid)? after) => new()
    {
        Words = string.IsNullOrWhiteSpace(Q) ? null : Q,
        Tag = Tag,
        JobId = JobId,
        Model = Model,
        Operation = Operation,
        From = From,
        Until = Until,
        After = after,
    };
}

/// <summary>A page of files, each with its parts.</summary>
/// <param name="NextCursor">Null on the last page.</param>
internal sealed record FoundImages(IReadOnlyList<ImageView> Images, string? NextCursor);

/// <summary>A query's name on the wire. (MVC's attribute for this would bring MVC into memory.)</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class QueryNameAttribute(string name) : Attribute, IFromQueryMetadata
{
    public string Name => name;
}
