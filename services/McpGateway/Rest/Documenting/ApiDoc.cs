namespace MjAspire.McpGateway.Rest.Documenting;

/// <summary>On an endpoint: what the API document says of it.</summary>
/// <param name="Summary">One line.</param>
/// <param name="Codes">The <c>E_*</c> codes it answers with, beside those every endpoint has; <c>400 E_...</c> where the status is not the code's usual one.</param>
internal sealed record ApiDoc(string Summary, IReadOnlyList<string> Codes);

/// <summary>A parameter that a forwarded route takes and its handler does not know.</summary>
internal sealed record ApiParameter(string Name, string Description, bool InHeader = false, bool IsNumber = false);

/// <summary>The endpoint answers with JSON or, when asked so, with a picture.</summary>
internal sealed record ApiPicture
{
    public static readonly string[] MediaTypes = ["image/png", "image/jpeg", "image/webp"];
}

/// <summary>The body that a forwarded route takes.</summary>
internal sealed record ApiBody(Type Type);

internal static class ApiDocs
{
    public static TBuilder Describe<TBuilder>(this TBuilder endpoint, string summary, params string[] codes) where TBuilder : IEndpointConventionBuilder =>
        endpoint.WithMetadata(new ApiDoc(summary, codes));

    /// <summary>Query parameters, <c>name: what it is</c>.</summary>
    public static TBuilder Takes<TBuilder>(this TBuilder endpoint, params ApiParameter[] parameters) where TBuilder : IEndpointConventionBuilder
    {
        foreach (var parameter in parameters)
            endpoint.WithMetadata(parameter);
        return endpoint;
    }

    /// <summary>The body of a forwarded request: for the document alone. The framework's own mark would check media types, which is the service's business.</summary>
    public static RouteHandlerBuilder Reads<T>(this RouteHandlerBuilder endpoint) => endpoint.WithMetadata(new ApiBody(typeof(T)));
}
