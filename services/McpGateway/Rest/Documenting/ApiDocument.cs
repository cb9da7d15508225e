using System.Net.Mime;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace MjAspire.McpGateway.Rest.Documenting;

/// <summary>The OpenAPI 3.1 document at <c>/openapi/v1.json</c>, and pages to try it at <c>/docs</c>. Both need no key: they hold nobody's data.</summary>
internal static class ApiDocument
{
    private const string Name = "v1";
    private const string Address = "/openapi/v1.json";

    public static WebApplicationBuilder AddApiDocument(this WebApplicationBuilder builder)
    {
        builder.Services.AddOpenApi(Name, options =>
        {
            options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
            options.AddOperationTransformer(OperationDocs.CompleteAsync);
            options.AddDocumentTransformer(DocumentDocs.CompleteAsync);
        });
        builder.Services.AddSingleton<WrittenDocument>();
        return builder;
    }

    public static void MapApiDocument(this WebApplication app)
    {
        app.MapGet(Address, async (WrittenDocument document, CancellationToken cancellationToken) =>
                Results.Text(await document.GetAsync(cancellationToken), MediaTypeNames.Application.Json))
            .AllowAnonymous().ExcludeFromDescription();

        var pages = ((IEndpointRouteBuilder)app).CreateApplicationBuilder()
            .Use((context, next) =>
            {
                context.SetEndpoint(null); // or the files would be left to it
                return next(context);
            })
            .UseSwaggerUI(ui =>
            {
                ui.RoutePrefix = "docs";
                ui.DocumentTitle = "MjAspire API";
                ui.SwaggerEndpoint(Address, "MjAspire");
            })
            .Build();
        app.MapGet("/docs/{**file}", pages).AllowAnonymous();
    }

    /// <summary>It takes a while to make and never changes: made when first asked for, and kept as bytes.</summary>
    private sealed class WrittenDocument(IServiceScopeFactory scopes) : IDisposable
    {
        private readonly SemaphoreSlim _making = new(1);
        private byte[]? _made;

        public void Dispose() => _making.Dispose();

        public async Task<byte[]> GetAsync(CancellationToken cancellationToken)
        {
            if (_made is { } made)
                return made;

            await _making.WaitAsync(cancellationToken);
            try
            {
                if (_made is null)
                {
                    await using var scope = scopes.CreateAsyncScope();
                    var document = await scope.ServiceProvider.GetRequiredKeyedService<IOpenApiDocumentProvider>(Name).GetOpenApiDocumentAsync(cancellationToken);
                    using var stream = new MemoryStream();
                    await document.SerializeAsJsonAsync(stream, OpenApiSpecVersion.OpenApi3_1, cancellationToken);
                    _made = stream.ToArray();
                }
                return _made;
            }
            finally
            {
                _making.Release();
            }
        }
    }
}
