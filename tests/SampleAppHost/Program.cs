// A child with a child of its own, one that does not listen to SIGTERM, a web server, and RabbitMQ if asked for.
var builder = DistributedApplication.CreateBuilder(args);

builder.AddExecutable("family", "bash", ".", "-c", "sleep 1000 & wait");
builder.AddExecutable("stubborn", "bash", ".", "-c", "trap '' TERM; while true; do sleep 1000; done");
builder.AddExecutable("web", "node", ".", "-e", "require('http').createServer((_, answer) => answer.end('hello')).listen(process.env.PORT)")
    .WithHttpEndpoint(port: 9000, env: "PORT")
    .WithHttpHealthCheck("/");

if (builder.Configuration["rabbitmq"] is { } script)
{
    var rabbit = builder.AddExecutable("rabbitmq", script, ".").WithEndpoint(scheme: "tcp", name: "tcp");
    rabbit.WithArgs(builder.Configuration["State:Directory"] + "/rabbitmq", rabbit.GetEndpoint("tcp").Property(EndpointProperty.TargetPort));
}

builder.Build().Run();
