using System.Runtime.CompilerServices;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>A value that is known once the application runs.</summary>
public interface IValueProvider
{
    /// <summary>The value.</summary>
    ValueTask<string?> GetValueAsync(CancellationToken cancellationToken = default);
}

/// <summary>A text with values in it that are known once the application runs: <c>ReferenceExpression.Create($"Host={endpoint}")</c>.</summary>
public sealed class ReferenceExpression : IValueProvider
{
    private readonly IReadOnlyList<object?> _parts;

    private ReferenceExpression(IReadOnlyList<object?> parts) => _parts = parts;

    /// <summary>Takes the text apart without evaluating it.</summary>
    public static ReferenceExpression Create(in ExpressionInterpolatedStringHandler handler) => new(handler.Parts);

    /// <inheritdoc />
    public async ValueTask<string?> GetValueAsync(CancellationToken cancellationToken = default)
    {
        var values = new string?[_parts.Count];
        for (var i = 0; i < values.Length; i++)
            values[i] = await ResolveAsync(_parts[i], cancellationToken);
        return string.Concat(values);
    }

    internal static async ValueTask<string?> ResolveAsync(object? value, CancellationToken cancellationToken) =>
        value is IValueProvider provider ? await provider.GetValueAsync(cancellationToken) : value?.ToString();

    /// <summary>What the compiler turns the interpolated text into.</summary>
    [InterpolatedStringHandler]
    public readonly ref struct ExpressionInterpolatedStringHandler(int literalLength, int formattedCount)
    {
        internal List<object?> Parts { get; } = new(formattedCount + Math.Min(literalLength, formattedCount + 1));

        /// <summary>Text between values.</summary>
        public void AppendLiteral(string value) => Parts.Add(value);

        /// <summary>A text known now.</summary>
        public void AppendFormatted(string? value) => Parts.Add(value);

        /// <summary>A value known later.</summary>
        public void AppendFormatted<T>(T valueProvider) where T : IValueProvider => Parts.Add(valueProvider);

        /// <summary>The value of a parameter or a connection string.</summary>
        public void AppendFormatted<T>(IResourceBuilder<T> resource) where T : IResource, IValueProvider => Parts.Add(resource.Resource);
    }
}
