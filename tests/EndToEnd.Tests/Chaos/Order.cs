using System.Diagnostics.CodeAnalysis;

namespace MjAspire.EndToEnd.Tests.Chaos;

/// <summary>One job that is asked for: the fault it meets, and how it must end in spite of everything.</summary>
/// <param name="Code">Null: it could succeed, so it must.</param>
internal sealed record Order(int Number, string Fault, string? Code)
{
    private static readonly (string Fault, string? Code)[] Faults =
    [
        ("duplicate-terminal", null), ("connection-reset", null), ("lost-callback", null), ("banned-prompt", "E_PROMPT_BANNED"),
        ("out-of-order", null), ("queue-full-23:2", null), ("dead-link", "E_IMAGE_GONE"), ("callback-before-response", null),
        ("failure-then-success", null), ("rate-limited:1", null), ("moderated", "E_MODERATED"), ("reset-before:1", null),
        ("stuck-callback-93", null), ("queue-full-9:1", null), ("html-image", "E_IMAGE_INVALID"), ("slow-answer", null),
        ("empty-fetch", null), ("banned-later", "E_MODERATED"), ("second-envelope", "E_PROVIDER_REFUSED"),
    ];

    /// <summary>Two that are given up after their deadline; they come first, so that nobody has to wait for them.</summary>
    private static readonly (string Fault, string? Code)[] Stuck = [("stuck-93", "E_TIMEOUT"), ("restart", "E_TIMEOUT")];

    /// <summary>Each has a picture of its own.</summary>
    public string Prompt => Fault.Length == 0 ? $"picture number {Number}" : $"picture number {Number} --fault {Fault}";

    public string IdempotencyKey => $"chaos-{Number}";

    /// <summary>The job, once it is known.</summary>
    public Guid Id { get; set; }

    public string Status => Code is null ? "DONE" : "FAILED";

    /// <summary>Every second one meets a fault.</summary>
    [SuppressMessage("Security", "CA5394", Justification = "Chance, not secrecy.")]
    public static IReadOnlyList<Order> Mixed(int count, Random chance)
    {
        var faults = Stuck.Concat(Enumerable.Range(0, count / 2).Select(i => Faults[i % Faults.Length])).Take(count / 2).ToArray();
        chance.Shuffle(faults.AsSpan(Stuck.Length));
        return [.. Enumerable.Range(0, count).Select(i => i % 2 == 0 ? new Order(i, "", null) : new Order(i, faults[i / 2].Fault, faults[i / 2].Code))];
    }

    public override string ToString() => $"#{Number} {Id} {(Fault.Length == 0 ? "(no fault)" : Fault)}";
}
