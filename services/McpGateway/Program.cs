using MjAspire.McpGateway;
using MjAspire.McpGateway.Auditing;
using MjAspire.McpGateway.Configuring;
using MjAspire.McpGateway.Jobs;
using MjAspire.McpGateway.Keys;
using MjAspire.McpGateway.Limiting;
using MjAspire.McpGateway.Live;
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
builder.AddConfiguring();
builder.AddAuditing();
builder.AddJobs();
builder.AddLive();
builder.AddMcp();
builder.AddRest();

var app = builder.Build();
app.UseSecurityHeaders();
app.UseServiceDefaults();
app.UseCors();
app.UseApiKeys();
app.UseRateLimits();
app.MapMcp();
app.MapKeys();
app.MapConfig();
app.MapAudit();
app.MapLive();
app.MapRest();
app.MapDiscovery();
await app.RunAsync();
return 0;
