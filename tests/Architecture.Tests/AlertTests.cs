using System.Text.RegularExpressions;
using MjAspire.Testing;

namespace MjAspire.Architecture.Tests;

/// <summary>docs/alerts.yml asks for metrics by the names Prometheus gives them; a rule on a metric that is not there never fires, and nobody notices.</summary>
public partial class AlertTests
{
    /// <summary>The framework's.</summary>
    private static readonly string[] NotOurs = ["http_server_request_duration_seconds_sum", "http_server_request_duration_seconds_count"];

    private static readonly string Rules = File.ReadAllText(Path.Combine(Checkout.Root, "docs", "alerts.yml"));

    private static readonly string Code = string.Join('\n', new[] { "services", "ServiceDefaults" }
        .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Checkout.Root, folder), "*.cs", SearchOption.AllDirectories))
        .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
        .Select(File.ReadAllText));

    [Fact]
    public void Every_metric_an_alert_is_on_is_exported()
    {
        var exported = Instrument().Matches(Code).SelectMany(Names).Concat(NotOurs).ToHashSet(StringComparer.Ordinal);
        var asked = Expressions().SelectMany(text => Metric().Matches(text)).Select(match => match.Value).Distinct().ToList();

        Assert.True(asked.Count > 20, "The rules are not understood.");
        Assert.Empty(asked.Except(exported));
    }

    [Fact]
    public void Every_label_of_ours_an_alert_asks_for_is_a_tag_in_the_code()
    {
        var labels = Expressions().SelectMany(text => OurSelector().Matches(text)).SelectMany(match => Label().Matches(match.Groups["labels"].Value))
            .Select(match => match.Groups["name"].Value).Distinct();

        Assert.DoesNotContain(labels, label => !Code.Contains($"\"{label}\"", StringComparison.Ordinal));
    }

    [Fact]
    public void Every_alert_has_a_name_of_its_own_and_says_what_it_is_about()
    {
        var alerts = AlertName().Matches(Rules).Select(match => match.Groups["name"].Value).ToList();

        Assert.Equal(alerts.Distinct(), alerts);
        Assert.Equal(alerts.Count, Rules.Split("summary:").Length - 1);
        Assert.Equal(alerts.Count, Rules.Split("severity:").Length - 1);
    }

    /// <summary>As the OTLP receiver of Prometheus writes it: dots are underscores, the unit follows, then what kind of series it is.</summary>
    private static IEnumerable<string> Names(Match instrument)
    {
        var unit = instrument.Groups["unit"].Value switch { "s" => "_seconds", "ms" => "_milliseconds", "By" => "_bytes", _ => "" };
        var name = (instrument.Groups["prefix"].Success ? "mjaspire_gateway_" : "") + instrument.Groups["name"].Value.Replace('.', '_') + unit;
        return instrument.Groups["kind"].Value switch
        {
            "Counter" or "Count" => [name + "_total"],
            "Histogram" => [name + "_bucket", name + "_sum", name + "_count"],
            _ => [name],
        };
    }

    /// <summary>The text behind <c>expr:</c>, to the next member.</summary>
    private static IEnumerable<string> Expressions() => Expression().Matches(Rules).Select(match => match.Groups["text"].Value);

    /// <summary><c>meter.CreateCounter&lt;int&gt;("mjaspire.jobs.created", "{job}", …)</c>, or the gateway's <c>Count("tool_calls", …)</c>.</summary>
    [GeneratedRegex(
        """(?:Create(?:Observable)?(?<kind>Counter|Histogram|Gauge|UpDownCounter)(?:<\w+>)?\(\s*|(?<prefix>(?<kind>Count))\()"(?<name>[a-z_.]+)",(?:[^;]*?\s)?"(?<unit>\{\w+\}|s|ms|By)"[,)]""",
        RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Instrument();

    [GeneratedRegex(@"\b(mjaspire|http_server)_[a-z_]+\b", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Metric();

    [GeneratedRegex(@"\bmjaspire_[a-z_]+\{(?<labels>[^}]*)\}", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex OurSelector();

    [GeneratedRegex("""(?<name>[a-z_]+)\s*(=~|!~|!=|=)\s*"[^"]*""", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Label();

    [GeneratedRegex(@"expr:(?<text>.*?)\n\s+(for|labels):", RegexOptions.ExplicitCapture | RegexOptions.Singleline, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Expression();

    [GeneratedRegex(@"- alert: (?<name>\w+)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex AlertName();
}
