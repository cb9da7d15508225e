using System.Text.Json;
using System.Text.Unicode;

namespace MjAspire.WebhookIngress.Parking;

/// <summary>Whether a body is what it says it is. Only JSON is looked at, and only its form: what it means is for the one who consumes it.</summary>
internal static class Wellformed
{
    private const int Deepest = 64; // the deepest System.Text.Json reads by default

    private static readonly JsonReaderOptions Strict = new() { MaxDepth = Deepest };

    /// <summary>Null when all is well. A body that does not say what it is should be JSON: that is what providers send.</summary>
    public static string? Fault(string? contentType, ReadOnlySpan<byte> body)
    {
        if (contentType is { Length: > 0 } && !contentType.Contains("json", StringComparison.OrdinalIgnoreCase))
            return null;
        // The reader looks into strings only when asked for their values.
        if (!Utf8.IsValid(body))
            return "not JSON: not UTF-8";
        try
        {
            var reader = new Utf8JsonReader(body, Strict);
            while (reader.Read())
            {
            }
            return null;
        }
        catch (JsonException e)
        {
            return $"not JSON: line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}";
        }
    }
}
