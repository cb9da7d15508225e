using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace MjAspire.EndToEnd.Tests.Faults;

/// <summary>What became of one job, as everyone sees it: its owner, the owner's webhook, the relay's till, ImageStore's table.</summary>
/// <param name="Answer"><c>GET /api/jobs/{id}?include_history=true</c></param>
/// <param name="Bought">The relay's tasks, each once.</param>
/// <param name="Stored">Rows of ImageStore: which source, which part of it, and the hash where there are bytes.</param>
public sealed partial record Outcome(JsonObject Answer, IReadOnlyList<string> Bought, IReadOnlyList<StoredRow> Stored)
{
    internal IReadOnlyList<Delivered> Deliveries { get; init; } = [];

    public JsonObject Job => Answer["job"]!.AsObject();

    public string Id => Job["job_id"]!.GetValue<string>();

    public string Status => Job["status"]!.GetValue<string>();

    public string? Code => Job["error"]?["code"]?.GetValue<string>();

    public int Sequence => Job["sequence"]!.GetValue<int>();

    public JsonArray Artifacts => Job["artifacts"]!.AsArray();

    /// <summary>Every transition is in the history and came as one event under one id; the last says how it ended; nobody is told the callback's address.</summary>
    public void AssertToldInFull()
    {
        Assert.Equal(Sequence, Answer["history"]!.AsArray().Count);
        Assert.Equal(Enumerable.Range(1, Sequence), Deliveries.Select(seen => seen.Sequence).Distinct().Order());
        Assert.Equal(Sequence, Deliveries.Select(seen => seen.Id).Distinct().Count());
        Assert.Equal(Sequence, Deliveries.DistinctBy(seen => (seen.Id, seen.Sequence)).Count());
        Assert.Equal(Status, Deliveries.Single(seen => seen.IsLast).Body["data"]!["status"]!.GetValue<string>());
        Assert.Equal(Code, Deliveries.Single(seen => seen.IsLast).Body["data"]!["error"]?["code"]?.GetValue<string>());
        Assert.DoesNotMatch(CallbackAddress(), Answer.ToJsonString());
        Assert.All(Deliveries, seen => Assert.DoesNotMatch(CallbackAddress(), seen.Body.ToJsonString()));
    }

    public override string ToString() => $"{Answer}\nbought: {string.Join(", ", Bought)}\nstored: {string.Join(", ", Stored)}";

    /// <summary>A capability: whoever has it can report on the job.</summary>
    [GeneratedRegex("webhook/midjourney/[A-Za-z0-9_-]{40}", RegexOptions.None, matchTimeoutMilliseconds: 10_000)]
    public static partial Regex CallbackAddress();
}

/// <summary>A row of ImageStore's table.</summary>
public sealed record StoredRow(int SourceIndex, int PartIndex, string? Sha256);
