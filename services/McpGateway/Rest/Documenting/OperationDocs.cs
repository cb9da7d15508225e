using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using MjAspire.McpGateway.Keys;
using MjAspire.McpGateway.Limiting;

namespace MjAspire.McpGateway.Rest.Documenting;

/// <summary>Adds to an operation what its endpoint's metadata says: words, scope, parameters of forwarded routes, errors by status, examples.</summary>
internal static class OperationDocs
{
    private const string Json = "application/json";

    public static async Task CompleteAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var metadata = context.Description.ActionDescriptor.EndpointMetadata;
        var path = Plain(context.Description.RelativePath!);
        var name = $"{context.Description.HttpMethod} {path}";
        var doc = metadata.OfType<ApiDoc>().LastOrDefault();
        var open = metadata.OfType<IAllowAnonymous>().Any();

        operation.Summary = doc?.Summary;
        operation.Description = open ? "Needs no key." : Needs(metadata);
        operation.Tags = new HashSet<OpenApiTagReference> { new(TagOf(path), context.Document) };
        operation.OperationId = OperationId(context.Description.HttpMethod!, path);
        if (open)
            operation.Security = [];

        if (metadata.OfType<ApiBody>().LastOrDefault() is { Type: var body })
            await AddBodyAsync(operation, body, context, cancellationToken);
        AddParameters(operation, path, metadata.OfType<ApiParameter>());
        AddErrors(operation, context.Document!, [.. doc?.Codes ?? [], .. open ? [] : ErrorCodes.OfEveryone]);
        if (metadata.OfType<ApiPicture>().Any())
            AddPictures(operation);
        AddExamples(operation, name);
    }

    private static async Task AddBodyAsync(
        OpenApiOperation operation, Type type, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        context.Document!.AddComponent(type.Name, await context.GetOrCreateSchemaAsync(type, cancellationToken: cancellationToken));
        operation.RequestBody = new OpenApiRequestBody
        {
            Required = true,
            Content = new Dictionary<string, OpenApiMediaType> { [Json] = new() { Schema = new OpenApiSchemaReference(type.Name, context.Document) } },
        };
    }

    private static string Needs(IList<object> metadata)
    {
        var limited = metadata.OfType<LimitedAs>().LastOrDefault()?.Class ?? RouteClass.Read;
        var scope = metadata.OfType<NeedsScope>().LastOrDefault()?.ToString();
        return $"Scope: {scope ?? "any"}. Rate limit: {RouteClasses.NameOf(limited)}.";
    }

    /// <summary><c>images/{id:guid}</c> is <c>/images/{id}</c> to those who read it.</summary>
    private static string Plain(string route) =>
        "/" + string.Join('/', route.Trim('/').Split('/').Select(part => part.StartsWith('{') ? $"{part.Split(':')[0].TrimEnd('}')}}}" : part));

    /// <summary><c>post_api_jobs_id_retry</c></summary>
    private static string OperationId(string method, string path) =>
        string.Join('_', [method.ToLowerInvariant(), .. path.Split(['/', '{', '}', '.', '*'], StringSplitOptions.RemoveEmptyEntries)]);

    private static void AddParameters(OpenApiOperation operation, string path, IEnumerable<ApiParameter> parameters)
    {
        operation.Parameters ??= [];
        foreach (var part in path.Split('/').Where(part => part.StartsWith('{')).Select(part => part.Trim('{', '}')))
            if (operation.Parameters.All(known => known.Name != part))
                operation.Parameters.Add(new OpenApiParameter
                {
                    Name = part,
                    In = ParameterLocation.Path,
                    Required = true,
                    Schema = new OpenApiSchema { Type = JsonSchemaType.String, Format = part is "engine" or "name" ? null : "uuid" },
                });
        foreach (var parameter in parameters)
            operation.Parameters.Add(new OpenApiParameter
            {
                Name = parameter.Name,
                In = parameter.InHeader ? ParameterLocation.Header : ParameterLocation.Query,
                Description = parameter.Description,
                Schema = new OpenApiSchema { Type = parameter.IsNumber ? JsonSchemaType.Integer : JsonSchemaType.String },
            });
    }

    /// <summary>One answer for each status, which lists its codes and shows the first.</summary>
    private static void AddErrors(OpenApiOperation operation, OpenApiDocument document, IReadOnlyList<string> codes)
    {
        operation.Responses ??= [];
        foreach (var group in codes.Distinct(StringComparer.Ordinal).Select(Read).GroupBy(code => code.Status, code => code.Code).OrderBy(group => group.Key))
        {
            var response = new OpenApiResponse
            {
                Description = string.Join("\n", group.Select(code => $"- `{code}`: {ErrorCodes.All[code].Meaning}")),
                Content = new Dictionary<string, OpenApiMediaType>
                {
                    ["application/problem+json"] = new()
                    {
                        Schema = new OpenApiSchemaReference(DocumentDocs.Problem, document),
                        Example = new JsonObject
                        {
                            ["type"] = "https://tools.ietf.org/html/rfc9110",
                            ["title"] = "It was refused",
                            ["status"] = group.Key,
                            ["detail"] = ErrorCodes.All[group.First()].Meaning,
                            ["code"] = group.First(),
                        },
                    },
                },
            };
            if (group.Key is 429 or 503)
                response.Headers = new Dictionary<string, IOpenApiHeader>
                {
                    ["Retry-After"] = new OpenApiHeader { Description = "Seconds.", Schema = new OpenApiSchema { Type = JsonSchemaType.Integer } },
                };
            operation.Responses[$"{group.Key}"] = response;
        }
    }

    /// <summary><c>E_LIMIT</c>, or <c>400 E_INVALID_STATUS</c></summary>
    private static (int Status, string Code) Read(string said) => said.Split(' ') is [var status, var code]
        ? (int.Parse(status, CultureInfo.InvariantCulture), code)
        : (ErrorCodes.All[said].Status, said);

    private static void AddPictures(OpenApiOperation operation)
    {
        foreach (var type in ApiPicture.MediaTypes)
            operation.Responses!["200"].Content![type] = new() { Schema = new OpenApiSchema { Type = JsonSchemaType.String, Format = "binary" } };
    }

    private static void AddExamples(OpenApiOperation operation, string name)
    {
        var example = Examples.Of(name);
        if (example?["request"] is { } request && operation.RequestBody?.Content?.TryGetValue(Json, out var body) == true)
            body.Example = request.DeepClone();
        foreach (var (status, answer) in example?["responses"]?.AsObject() ?? [])
            if (operation.Responses![status].Content?.TryGetValue(Json, out var content) == true)
                content.Example = answer!.DeepClone();
    }

    private static string TagOf(string path) => path.Split('/', StringSplitOptions.RemoveEmptyEntries) switch
    {
        ["api", "keys" or "engines", ..] or ["api", "audit"] or ["config"] => "Administration",
        ["api", "jobs" or "batches", ..] or ["jobs", ..] => "Jobs",
        ["api", "models"] or ["imagine"] or ["upscale"] or ["variation"] or ["version"] or ["images", ..] or ["i", ..] => "Pictures",
        ["api", ..] => "Webhooks",
        ["events"] or ["ws"] => "Live",
        _ => "MCP and health",
    };
}
