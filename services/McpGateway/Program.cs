using MjAspire.McpGateway;
using MjAspire.McpGateway.Jobs;
using MjAspire.McpGateway.Keys;
using MjAspire.McpGateway.Limiting;
using MjAspire.McpGateway.Mcp;
using MjAspire.McpGateway.Rest;
using MjAspire.McpGateway.Stdio;
using MjAspire.ServiceDefaults;

if (StdioOptions.IsWanted(args))
    return await StdioBridge.RunAsync(args);

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.AddDatabase("gateway");
builder.AddCache();
builder.Services.AddSingleton<GatewayMetrics>();
builder.AddApiKeys();
builder.AddRateLimits();
builder.AddJobs();
builder.AddMcp();
builder.AddForwarding();

var app = builder.Build();
app.UseSecurityHeaders();
app.UseServiceDefaults();
app.UseApiKeys();
app.UseRateLimits();
app.MapMcp();
app.MapRestRoutes();
app.MapDiscovery();
await app.RunAsync();
return 0;
