using System.Buffers;
using System.Globalization;
using System.Net;
using System.Text;

namespace MjAspire.ServiceDefaults.Outbound;

/// <summary>
/// Reads a URL's host as the address it is, in every spelling a resolver or browser understands. The rule is the WHATWG URL standard's:
/// a host whose last label is a number is an IPv4 address, or an error, never a name.
/// <code>
/// 127.0.0.1   2130706433   0x7f000001   017700000001   0177.0.0.1   127.1   127.0.0.1.   [::ffff:7f00:1]   localhost
/// </code>
/// </summary>
internal abstract record HostLiteral
{
    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdefABCDEF");

    internal sealed record Name : HostLiteral;
    internal sealed record Malformed : HostLiteral;

    /// <summary>One address, or the two of <c>localhost</c>.</summary>
    internal sealed record Address(params IPAddress[] Values) : HostLiteral;

    public static HostLiteral Read(string host)
    {
        host = host.Trim('[', ']');
        if (host.Contains(':'))
            return IPAddress.TryParse(host, out var v6) ? new Address(v6) : new Malformed();

        host = Fold(host);
        if (host.EndsWith('.'))
            host = host[..^1];

        // RFC 6761: never asked of a name server, always this machine.
        if (host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase))
            return new Address(IPAddress.Loopback, IPAddress.IPv6Loopback);

        var labels = host.Split('.');
        if (labels.Any(label => label.Length == 0))
            return new Malformed();
        if (!IsNumber(labels[^1]))
            return new Name();
        return ReadV4(labels) is { } value ? new Address(new IPAddress(ToNetworkOrder(value))) : new Malformed();
    }

    /// <summary>Full-width and circled digits, and the three other dots, as IDNA maps them to ASCII.</summary>
    private static string Fold(string host)
    {
        if (Ascii.IsValid(host))
            return host;
        var folded = new StringBuilder(host.Length);
        foreach (var character in host)
        {
            var digit = char.GetNumericValue(character);
            folded.Append(character switch
            {
                '\u3002' or '\uff0e' or '\uff61' => '.',
                >= '\uff21' and <= '\uff5a' => (char)(character - '\uff21' + 'A'),
                > '\u007f' when digit is >= 0 and <= 9 && digit == Math.Floor(digit) => (char)('0' + (int)digit),
                _ => character,
            });
        }
        return folded.ToString();
    }

    private static bool IsNumber(string label) =>
        label.All(char.IsAsciiDigit)
        || (label.StartsWith("0x", StringComparison.OrdinalIgnoreCase) && label.AsSpan(2).IndexOfAnyExcept(HexDigits) < 0);

    /// <summary>One to four numbers; the last fills all bytes that are left.</summary>
    private static uint? ReadV4(string[] labels)
    {
        if (labels.Length > 4)
            return null;
        ulong value = 0;
        for (var i = 0; i < labels.Length; i++)
        {
            var isLast = i == labels.Length - 1;
            var bits = isLast ? 8 * (4 - i) : 8;
            if (ReadNumber(labels[i]) is not { } number || number >= 1ul << bits)
                return null;
            value = (value << bits) | number;
        }
        return (uint)value;
    }

    /// <summary>Decimal, octal after <c>0</c>, hexadecimal after <c>0x</c>; null when it is none, or longer than any address.</summary>
    private static ulong? ReadNumber(string label)
    {
        if (label.StartsWith("0x", StringComparison.OrdinalIgnoreCase))
        {
            var digits = label[2..].TrimStart('0');
            if (digits.Length == 0)
                return 0;
            return digits.Length <= 8 && ulong.TryParse(digits, NumberStyles.AllowHexSpecifier, null, out var hex) ? hex : null;
        }
        if (label.Length > 1 && label[0] == '0')
        {
            var digits = label.TrimStart('0');
            return digits.Length <= 11 && digits.All(digit => digit is >= '0' and <= '7')
                ? digits.Aggregate(0ul, (value, digit) => (value * 8) + (ulong)(digit - '0'))
                : null;
        }
        return label.Length <= 10 && ulong.TryParse(label, NumberStyles.None, null, out var number) ? number : null;
    }

    private static byte[] ToNetworkOrder(uint value) => [(byte)(value >> 24), (byte)(value >> 16), (byte)(value >> 8), (byte)value];
}
