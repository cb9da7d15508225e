using MjAspire.AppHost;
using MjAspire.AppHost.Dashboard;
using MjAspire.AppHost.Infrastructure;
using MjAspire.AppHost.Running;

var builder = DistributedApplication.CreateBuilder(args);

// Servers
var servers = builder.AddServers();

// Secrets: generated for development, asked for when publishing
var internalKey = builder.AddSecret("internal-key", "What the services show each other.");
var apiKey = builder.AddSecret("api-key", "The first API key: the administrator's.", mark: "mjk_");
var tokenKey = builder.AddSecret("token-key", "Signs the addresses that providers call back.");
var linkKey = builder.AddSecret("link-key", "Signs the links to pictures.");
var sealingKey = builder.AddSealingKey();

// The image provider: a real one if configured, a sandbox otherwise
var midjourney = builder.AddMidjourney(internalKey);

// Services
var ingress = builder.AddProject<Projects.WebhookIngress>("webhook-ingress")
    .WithReference(servers.Messaging).WaitFor(servers.Messaging)
    .WithReference(servers.Cache).WaitFor(servers.Cache)
    .WithReference(servers.Callbacks)
    .WithProviders()
    .WithEnvironment("Internal__Key", internalKey)
    .WithEnvironment("Webhooks__TokenKey", tokenKey)
    .WithExternalHttpEndpoints()
    .WithHttpHealthCheck("/health")
    .WithIngressLinks().WithPingCommand(internalKey).WithIconName("ArrowDownload");

var images = builder.AddProject<Projects.ImageStore>("image-store")
    .WithReference(servers.Images).WaitFor(servers.Images)
    .WithReference(servers.Messaging).WaitFor(servers.Messaging)
    .WithEnvironment("Internal__Key", internalKey)
    .WithEnvironment("Images__LinkKey", linkKey)
    .WithBlobs()
    .WithOutboundNetworks()
    .WithHttpHealthCheck("/health")
    .WithDetailsOnly().WithIconName("Image");

var jobs = builder.AddProject<Projects.JobService>("job-service")
    .WithReference(servers.Jobs).WaitFor(servers.Jobs)
    .WithReference(servers.Messaging).WaitFor(servers.Messaging)
    .WithReference(images)
    .WithMidjourney(midjourney)
    .WithEngines(midjourney)
    .WithEnvironment("Internal__Key", internalKey)
    .WithEnvironment("Webhooks__PublicUrl", ingress.PublicUrl("Webhooks:PublicUrl"))
    .WithEnvironment("Webhooks__TokenKey", tokenKey)
    .WithEnvironment("Images__LinkKey", linkKey)
    .WithSealing(sealingKey)
    .WithOutboundNetworks()
    .WithHttpHealthCheck("/health")
    .WithDetailsOnly().WithIconName("TaskListSquareLtr");

var deliveries = builder.AddProject<Projects.DeliveryWorker>("delivery-worker")
    .WithReference(servers.Deliveries).WaitFor(servers.Deliveries)
    .WithReference(servers.Messaging).WaitFor(servers.Messaging)
    .WithEnvironment("Internal__Key", internalKey)
    .WithSealing(sealingKey)
    .WithOutboundNetworks()
    .WithHttpHealthCheck("/health")
    .WithDetailsOnly().WithIconName("Send");

var gateway = builder.AddProject<Projects.McpGateway>("mcp-gateway")
    .WithDevelopmentPort(8080)
    .WithReference(servers.Gateway).WaitFor(servers.Gateway)
    .WithReference(servers.Cache).WaitFor(servers.Cache)
    .WithReference(servers.Messaging).WaitFor(servers.Messaging)
    .WithReference(jobs)
    .WithReference(deliveries)
    .WithReference(images)
    .WithEnvironment("Internal__Key", internalKey)
    .WithEnvironment("Gateway__AdminKey", apiKey)
    .WithExternalHttpEndpoints()
    .WithHttpHealthCheck("/health")
    .WithGatewayLinks().WithPictureCommand(apiKey).WithIconName("Globe");
deliveries.WithWebhookCommands(gateway, apiKey);

// The ingress can try whether it is reached from outside; links to images lead through the gateway
ingress.WithEnvironment("Webhooks__PublicUrl", ingress.PublicUrl("Webhooks:PublicUrl"));
foreach (var service in new[] { jobs, images, gateway })
    service.WithEnvironment("Images__PublicUrl", gateway.PublicUrl("Images:PublicUrl"));

builder.StartBuiltPrograms();
builder.RestartAfterCrashes();
builder.StopInOrder();
builder.EndWithOrchestrator();
builder.WriteRunFile(new(gateway, ingress, midjourney.Sandbox, apiKey));

if (builder.ExecutionContext.IsPublishMode)
{
    builder.Build().Run();
    return 0;
}

using var checkout = CheckoutLock.TryTake(builder);
if (checkout is null)
    return Refuse($"It is running already: {builder.StatePath("run.json")} says where, make down ends it.");
if (TakenPorts.Find(builder) is { Count: > 0 } taken)
    return Refuse($"In use by another program: {string.Join(", ", taken)}. End it, or have other ports chosen: DcpPublisher__RandomizePorts=true.");

builder.Build().Run();
return 0;

static int Refuse(string why)
{
    Console.Error.WriteLine($"AppHost: {why}");
    return 69; // EX_UNAVAILABLE
}
