using System.ComponentModel.DataAnnotations;

namespace MjAspire.JobService.Providers;

/// <summary>
/// What every account of every engine is set up with. An engine's section, <c>WorkersAi</c> say, is its first account;
/// <c>WorkersAi:Accounts:{name}</c> are further ones, which inherit what they do not say.
/// </summary>
internal abstract class EngineOptions
{
    /// <summary>For one call, seconds. Shorter than <c>Jobs:SubmitGrace</c>, after which a job without an answer is tried again.</summary>
    [Range(1, 110)]
    public int TimeoutSeconds { get; set; } = 30;

    /// <summary>Most tasks the account has of ours at once, over all replicas; 0 sets no limit.</summary>
    [Range(0, 100_000)]
    public int Concurrency { get; set; }

    /// <summary>An account of weight 2 gets twice the jobs of one of weight 1; one of weight 0 only what the others cannot take.</summary>
    [Range(0, 1_000)]
    public int Weight { get; set; } = 1;

    /// <summary>Whether there is enough to call it.</summary>
    public abstract bool IsSetUp { get; }

    /// <summary>The account's key as configured; one that was stored wins.</summary>
    public abstract string Key { get; set; }

    /// <summary>Puts a key where the engine looks for it.</summary>
    public abstract void Authorize(HttpRequestMessage request, string key);

    /// <summary>A question that costs nothing and is refused to strangers.</summary>
    public abstract HttpRequestMessage HarmlessQuestion();

    /// <summary>How its client is made.</summary>
    public abstract void Configure(HttpClient http);

    /// <summary>An address that paths are put behind, not in place of.</summary>
    protected static Uri Folder(Uri address) => new(address.AbsoluteUri.TrimEnd('/') + "/");
}
