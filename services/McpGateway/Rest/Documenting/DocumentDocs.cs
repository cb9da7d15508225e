using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace MjAspire.McpGateway.Rest.Documenting;

/// <summary>What holds for the whole document: words, the key, the shape of errors, and the routes that are no REST.</summary>
internal static class DocumentDocs
{
    public const string Problem = "Problem";

    private const string Key = "ApiKey";

    private const string Introduction =
        """
        Image generation for AI agents. `POST /imagine` answers with a job id at once; ask for it with `GET /jobs/{job_id}`, waiting as long as
        `Retry-After` says, or listen to `GET /events` or `/ws`, or have webhooks told (`POST /api/endpoints`).

        Every request carries an API key, `Authorization: Bearer mjk_...`. A key has scopes; each operation names the one it needs. Answers say
        how the key's bucket stands: `RateLimit-Limit`, `RateLimit-Remaining`, `RateLimit-Reset`. Errors are problem details (RFC 9457) with a
        stable `code`. Another owner's things are as unknown as those that never were.
        """;

    /// <summary>Not described by themselves: their handlers are bare delegates.</summary>
    private static readonly (string Path, HttpMethod Method, string Summary, string Answer, bool NeedsKey)[] Others =
    [
        ("/mcp", HttpMethod.Post, "The Model Context Protocol, Streamable HTTP: one JSON-RPC message", "text/event-stream", true),
        ("/mcp", HttpMethod.Get, "The stream of an MCP session", "text/event-stream", true),
        ("/mcp", HttpMethod.Delete, "Ends an MCP session", "application/json", true),
        ("/sse", HttpMethod.Get, "The Model Context Protocol, the older transport", "text/event-stream", true),
        ("/sse", HttpMethod.Post, "The Model Context Protocol, the older transport: one JSON-RPC message", "application/json", true),
        ("/", HttpMethod.Get, "The front page: how to connect, and how the system does", "text/html", false),
        ("/health", HttpMethod.Get, "Whether it can do its work", "text/plain", false),
        ("/alive", HttpMethod.Get, "Whether it runs", "text/plain", false),
    ];

    public static Task CompleteAsync(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellationToken)
    {
        var configuration = context.ApplicationServices.GetRequiredService<IConfiguration>();
        document.Info = new() { Title = "MjAspire", Version = typeof(DocumentDocs).Assembly.GetName().Version!.ToString(3), Description = Introduction };
        document.Servers = [new() { Url = (configuration["Images:PublicUrl"] ?? "/").TrimEnd('/') is { Length: > 0 } url ? url : "/" }];

        document.Components ??= new();
        document.Components.SecuritySchemes ??= new Dictionary<string, IOpenApiSecurityScheme>();
        document.Components.SecuritySchemes[Key] = new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.Http,
            Scheme = "bearer",
            Description = "An API key, mjk_..., or a token of the configured issuer.",
        };
        document.Security = [new() { [new OpenApiSecuritySchemeReference(Key, document)] = [] }];
        document.Components.Schemas ??= new Dictionary<string, IOpenApiSchema>();
        document.Components.Schemas[Problem] = ProblemSchema();

        foreach (var other in Others)
            Add(document, other.Path, other.Method, other.Summary, other.Answer, other.NeedsKey);

        var tags = document.Paths.Values.SelectMany(path => path.Operations ?? []).SelectMany(operation => operation.Value.Tags ?? new HashSet<OpenApiTagReference>());
        document.Tags = tags.Select(tag => tag.Reference.Id!).Distinct(StringComparer.Ordinal).Select(tag => new OpenApiTag { Name = tag }).ToHashSet();
        return Task.CompletedTask;
    }

    private static void Add(OpenApiDocument document, string path, HttpMethod method, string summary, string answer, bool needsKey)
    {
        var item = document.Paths.TryGetValue(path, out var known) ? (OpenApiPathItem)known : new OpenApiPathItem();
        document.Paths[path] = item;
        item.Operations ??= [];
        item.Operations[method] = new()
        {
            Summary = summary,
            Description = needsKey ? "Scope: any; each tool names its own. Rate limit: read." : "Needs no key.",
            OperationId = $"{method.Method.ToLowerInvariant()}{path.Replace('/', '_')}",
            Tags = new HashSet<OpenApiTagReference> { new("MCP and health", document) },
            Security = needsKey ? null : [],
            Responses = new() { ["200"] = new OpenApiResponse { Description = "OK", Content = new Dictionary<string, OpenApiMediaType> { [answer] = new() } } },
        };
    }

    private static OpenApiSchema ProblemSchema() => new()
    {
        Type = JsonSchemaType.Object,
        Description = "Problem details, RFC 9457.",
        Required = new HashSet<string> { "status", "code" },
        Properties = new Dictionary<string, IOpenApiSchema>
        {
            ["type"] = new OpenApiSchema { Type = JsonSchemaType.String },
            ["title"] = new OpenApiSchema { Type = JsonSchemaType.String },
            ["status"] = new OpenApiSchema { Type = JsonSchemaType.Integer },
            ["detail"] = new OpenApiSchema { Type = JsonSchemaType.String, Description = "For people." },
            ["code"] = new OpenApiSchema { Type = JsonSchemaType.String, Description = "For programs: it does not change." },
            ["job_status"] = new OpenApiSchema { Type = JsonSchemaType.String, Description = "With `E_INVALID_STATUS`: where the job is." },
            ["allowed"] = new OpenApiSchema
            {
                Type = JsonSchemaType.Array,
                Items = new OpenApiSchema { Type = JsonSchemaType.String },
                Description = "With `E_NOT_ALLOWED`: what the job does offer.",
            },
            ["index"] = new OpenApiSchema { Type = JsonSchemaType.Integer, Description = "In a batch: which of its jobs is meant, from 0." },
            ["trace_id"] = new OpenApiSchema { Type = JsonSchemaType.String, Description = "For whoever runs the system: the trace in which it happened." },
        },
    };
}
