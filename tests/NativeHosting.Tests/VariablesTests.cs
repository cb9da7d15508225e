using Aspire.Hosting.Running;
using Microsoft.Extensions.DependencyInjection;

namespace Aspire.Hosting.Tests;

public sealed class VariablesTests
{
    [Fact]
    public async Task Project_is_told_what_Aspire_would_tell_it()
    {
        using var folder = new Folder();
        var builder = folder.CreateBuilder();
        builder.Configuration["ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL"] = "http://localhost:18889";
        var project = new ProjectResource("job-service", "/src/JobService.csproj", new LaunchProfile(
            "http", [new Uri("http://localhost:8082")], new Dictionary<string, string> { ["ASPNETCORE_ENVIRONMENT"] = "Development" }));
        builder.AddResource(project).WithHttpEndpoint(8082, name: "http");

        var variables = await EnvironmentAsync(builder, project);

        Assert.Equal("Development", variables["ASPNETCORE_ENVIRONMENT"]);
        Assert.Equal($"http://localhost:{project.Endpoints[0].AllocatedPorts[0]}", variables["ASPNETCORE_URLS"]);
        Assert.Equal("http://localhost:18889", variables["OTEL_EXPORTER_OTLP_ENDPOINT"]);
        Assert.Equal("grpc", variables["OTEL_EXPORTER_OTLP_PROTOCOL"]);
        Assert.Equal("job-service", variables["OTEL_SERVICE_NAME"]);
        Assert.Equal("service.instance.id=job-service-0", variables["OTEL_RESOURCE_ATTRIBUTES"]);
        Assert.Equal("1000", variables["OTEL_BSP_SCHEDULE_DELAY"]);
        Assert.Equal("1000", variables["OTEL_BLRP_SCHEDULE_DELAY"]);
    }

    [Fact]
    public async Task Reference_lists_every_replica_of_the_other_service()
    {
        using var folder = new Folder();
        var builder = folder.CreateBuilder();
        var service = builder.AddResource(new ProjectResource("job-service", "/src/JobService.csproj", new("", [], new Dictionary<string, string>())))
            .WithHttpEndpoint(name: "http").WithReplicas(3);
        var caller = builder.AddExecutable("caller", "bash", ".").WithReference(service);

        var variables = await EnvironmentAsync(builder, caller.Resource);

        var ports = service.Resource.Endpoints[0].AllocatedPorts;
        Assert.Equal(3, ports.Distinct().Count());
        for (var i = 0; i < 3; i++)
            Assert.Equal($"http://localhost:{ports[i]}", variables[$"services__job-service__http__{i}"]);
        Assert.Equal($"http://localhost:{ports[0]}", variables["JOB_SERVICE_HTTP"]);
    }

    [Fact]
    public async Task Connection_string_is_made_of_the_servers_endpoint()
    {
        using var folder = new Folder();
        var builder = folder.CreateBuilder("--Parameters:password=secret");
        var password = builder.AddParameter("password", secret: true);
        var server = builder.AddExecutable("rabbit", "bash", ".").WithEndpoint(scheme: "tcp", name: "tcp");
        var messaging = builder.AddConnectionString("messaging", ReferenceExpression.Create(
            $"amqp://guest:{password}@{server.GetEndpoint("tcp").Property(EndpointProperty.HostAndPort)}"));
        var caller = builder.AddExecutable("caller", "bash", ".").WithReference(messaging);

        var variables = await EnvironmentAsync(builder, caller.Resource);

        Assert.Equal($"amqp://guest:secret@localhost:{server.Resource.Endpoints[0].AllocatedPorts[0]}", variables["ConnectionStrings__messaging"]);
    }

    [Fact]
    public async Task Part_that_is_there_can_be_told_more_by_its_name()
    {
        using var folder = new Folder();
        var builder = folder.CreateBuilder();
        var server = builder.AddExecutable("server", "bash", ".").WithEnvironment("Jobs__Deadline", "00:30:00");

        builder.CreateResourceBuilder<ExecutableResource>("server").WithEnvironment("Jobs__Deadline", "00:00:30");

        Assert.Equal("00:00:30", (await EnvironmentAsync(builder, server.Resource))["Jobs__Deadline"]);
        Assert.Throws<InvalidOperationException>(() => builder.CreateResourceBuilder<ProjectResource>("server"));
    }

    [Fact]
    public void Container_is_refused_with_a_way_out()
    {
        using var folder = new Folder();

        var refusal = Assert.Throws<DistributedApplicationException>(() => folder.CreateBuilder().AddPostgres("postgres"));

        Assert.Contains("Infrastructure__Mode=Processes", refusal.Message, StringComparison.Ordinal);
    }

    private static async Task<IReadOnlyDictionary<string, string?>> EnvironmentAsync(IDistributedApplicationBuilder builder, Resource resource)
    {
        await using var app = builder.Build();
        new Ports(randomize: true).Allocate(app.Services.GetRequiredService<DistributedApplicationModel>().All);
        return await app.Services.GetRequiredService<Variables>().EnvironmentAsync(resource, replica: 0, TestContext.Current.CancellationToken);
    }
}
