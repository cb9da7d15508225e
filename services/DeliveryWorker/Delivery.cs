using MjAspire.DeliveryWorker.Endpoints;
using MjAspire.DeliveryWorker.Forwarding;
using MjAspire.DeliveryWorker.Planning;
using MjAspire.DeliveryWorker.Pushing;
using MjAspire.DeliveryWorker.Retaining;
using MjAspire.DeliveryWorker.Sending;
using MjAspire.DeliveryWorker.Storage;
using MjAspire.ServiceDefaults;

namespace MjAspire.DeliveryWorker;

/// <summary>The parts of the service.</summary>
internal static class Delivery
{
    /// <summary>
    /// Every statement here finds its rows by an index. A plan made while the tables were small would read them from end to end, and a plan is
    /// kept until the next analyze: in a rush that is ten thousands of rows too late. And as the plan is the same whatever is asked for, it is made
    /// once a connection: left to itself the server makes one for each call, because of the arrays, and that takes longer than what is planned.
    /// </summary>
    public const string AlwaysByIndex = "-c enable_seqscan=off -c enable_hashjoin=off -c enable_mergejoin=off -c plan_cache_mode=force_generic_plan";

    public static IServiceCollection AddDelivery(this IServiceCollection services)
    {
        services.AddOptions<DeliveryOptions>().BindConfiguration("Delivery").ValidateDataAnnotations().ValidateOnStart();
        services.AddGuardedHttpClient(Attempts.Client);
        services.AddSingleton<WorkSignal>().AddSingleton<DeliveryMetrics>();

        // Storage
        services.AddSingleton<EndpointTable>().AddSingleton<ForwardingTable>().AddSingleton<EventTable>();
        services.AddSingleton<DeliveryTable>().AddSingleton<DeliveryHistory>().AddSingleton<QueueTable>().AddSingleton<OldRows>();

        // Endpoints, and the events that are planned for them
        services.AddSeal("MjAspire.DeliveryWorker", "MjAspire.DeliveryWorker.Endpoints").AddSingleton<EndpointRules>();
        services.AddSingleton<Planner>();
        services.AddForwarding();

        // Sending. Hosted services stop in reverse: first who makes attempts, then who saves their results.
        services.AddSingleton<Rooms>().AddSingleton<Recipients>().AddSingleton<Attempts>().AddSingleton<Failures>();
        services.AddSingleton<Outcomes>().AddHostedService(provider => provider.GetRequiredService<Outcomes>());
        services.AddHostedService<Worker>();
        services.AddSingleton<FirstAttempts>().AddSingleton<Pusher>();

        // Looking after it
        services.AddHostedService<QueueWatch>();
        services.AddHostedService<Cleaner>();
        return services;
    }
}
