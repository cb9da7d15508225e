namespace MjAspire.ImageStore.Serving;

/// <summary>Who may keep an answer, and how long it may be shown without asking again. The bytes of an id never change.</summary>
/// <param name="Scope"><c>private</c> or <c>public</c>.</param>
internal readonly record struct CacheFor(string Scope, TimeSpan Time)
{
    public static CacheFor Owner => new("private", TimeSpan.FromDays(365));

    public static CacheFor Anyone => new("public", TimeSpan.FromDays(1));

    public static CacheFor Holder(TimeSpan untilExpiry) =>
        new("private", untilExpiry < TimeSpan.FromDays(1) ? untilExpiry : TimeSpan.FromDays(1));

    public override string ToString() => $"{Scope}, max-age={(long)Time.TotalSeconds}, immutable";
}
