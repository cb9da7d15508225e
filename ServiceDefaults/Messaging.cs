using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace MjAspire.ServiceDefaults;

/// <summary>RabbitMQ through MassTransit, set up once for everyone: kebab-case names, quorum queues, publisher confirms.</summary>
public static class Messaging
{
    /// <summary>A queue of this name belongs to one replica and goes with it; a quorum queue would stay and be copied.</summary>
    public const string TemporaryPrefix = "temporary-";

    /// <summary>
    /// Adds the bus from the connection string <c>messaging</c> (<c>amqp://user:password@host:port/vhost</c>).
    /// Retry and concurrency stand in each consumer's definition; a message that fails for good rests in its <c>_error</c> queue.
    /// </summary>
    public static WebApplicationBuilder AddMessaging(
        this WebApplicationBuilder builder,
        Action<IBusRegistrationConfigurator>? consumers = null,
        Action<IBusRegistrationContext, IRabbitMqBusFactoryConfigurator>? configure = null)
    {
        var address = builder.Configuration.GetConnectionString("messaging")
            ?? throw new InvalidOperationException("The connection string 'messaging' (RabbitMQ) is not set.");

        // The broker being away is a state, not a failure of the start: the bus connects when it can, and health says so meanwhile.
        builder.Services.AddOptions<MassTransitHostOptions>().Configure(options => options.WaitUntilStarted = false);

        builder.Services.AddMassTransit(bus =>
        {
            bus.DisableUsageTelemetry(); // it would tell its makers which transports and consumers there are
            bus.SetKebabCaseEndpointNameFormatter();
            bus.AddConfigureEndpointsCallback((name, endpoint) =>
            {
                if (endpoint is IRabbitMqReceiveEndpointConfigurator queue && !name.StartsWith(TemporaryPrefix, StringComparison.Ordinal))
                    queue.SetQuorumQueue();
            });
            consumers?.Invoke(bus);

            bus.UsingRabbitMq((context, rabbit) =>
            {
                rabbit.Host(new Uri(address), host => host.PublisherConfirmation = true);
                configure?.Invoke(context, rabbit);
                rabbit.ConfigureEndpoints(context);
            });
        });
        return builder;
    }
}

/// <summary>How consumers retry. The broker is not used for long waits: those are rows in a database.</summary>
public static class ConsumerRetry
{
    /// <summary>
    /// A database that is away keeps the message here, unacknowledged, for up to a quarter of an hour; anything else is tried three times more
    /// within a few seconds and then rests in the <c>_error</c> queue.
    /// </summary>
    public static void UseStandardRetry(this IConsumePipeConfigurator endpoint)
    {
        endpoint.UseMessageRetry(retry =>
        {
            retry.Handle<NpgsqlException>(e => e.IsTransient || e is not PostgresException);
            retry.Exponential(100, TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(10), TimeSpan.FromMilliseconds(200));
        });
        endpoint.UseMessageRetry(retry =>
        {
            retry.Ignore<NpgsqlException>(e => e.IsTransient || e is not PostgresException);
            retry.Intervals(TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5));
        });
    }
}
