using MjAspire.DeliveryWorker.Sending;
using MjAspire.DeliveryWorker.Storage;

namespace MjAspire.DeliveryWorker.Planning;

/// <summary>Turns an event into deliveries and tells the worker.</summary>
internal sealed class Planner(EventTable events, WorkSignal work, DeliveryMetrics metrics, TimeProvider time)
{
    /// <summary>To each endpoint of the owner that wants it. Harmless when repeated.</summary>
    /// <param name="except">The endpoint the event is about, which is not told.</param>
    public async Task PlanAsync(WebhookEvent happening, CancellationToken cancellationToken, Guid? except = null) =>
        Tell(happening, await events.PlanAsync(happening, EventTypes.Patterns(happening.Type), except, time.GetUtcNow(), lease: null, cancellationToken));

    /// <summary>To one endpoint, whatever it asked for. Harmless when repeated.</summary>
    public async Task PlanForAsync(Guid endpointId, WebhookEvent happening, CancellationToken cancellationToken) =>
        Tell(happening, await events.PlanForAsync(endpointId, evenDisabled: false, happening, time.GetUtcNow(), lease: null, cancellationToken));

    private void Tell(WebhookEvent happening, List<PlannedDelivery> planned)
    {
        if (planned.Count == 0)
            return;
        metrics.Planned(happening.Type, planned.Count);
        work.Set();
    }
}
