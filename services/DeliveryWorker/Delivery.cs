using MjAspire.DeliveryWorker.Endpoints;
using MjAspire.DeliveryWorker.Pushing;
using MjAspire.DeliveryWorker.Sending;
using MjAspire.DeliveryWorker.Storage;
using MjAspire.ServiceDefaults;

namespace MjAspire.DeliveryWorker;

/// <summary>The parts of the service.</summary>
internal static class Delivery
{
    public static IServiceCollection AddDelivery(this IServiceCollection services)
    {
        services.AddOptions<DeliveryOptions>().BindConfiguration("Delivery").ValidateDataAnnotations().ValidateOnStart();
        services.AddGuardedHttpClient(Attempts.Client, http => http.Timeout = Timeout.InfiniteTimeSpan); // each attempt has its own

        services.AddSingleton<EndpointTable>();
        services.AddSingleton<EventTable>();
        services.AddSingleton<DeliveryTable>();

        services.AddSingleton<EndpointRules>();
        services.AddSingleton<DeliveryMetrics>();
        services.AddSingleton<WorkSignal>();
        services.AddSingleton<Attempts>();
        services.AddSingleton<Pusher>();

        // Hosted services stop in reverse: first who makes attempts, then who saves their results.
        services.AddSingleton<Outcomes>();
        services.AddHostedService(provider => provider.GetRequiredService<Outcomes>());
        services.AddHostedService<Worker>();
        services.AddHostedService<QueueWatch>();
        return services;
    }
}
