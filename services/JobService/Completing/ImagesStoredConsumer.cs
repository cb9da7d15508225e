using MassTransit;
using MjAspire.Contracts.Images;
using MjAspire.JobService.Lifecycle;
using MjAspire.ServiceDefaults;

namespace MjAspire.JobService.Completing;

/// <summary>The pictures can be had: only now is the job done.</summary>
internal sealed class ImagesStoredConsumer(JobTransitions transitions) : IConsumer<ImagesStored>
{
    public Task Consume(ConsumeContext<ImagesStored> context) => transitions.ApplyAsync(
        context.Message.JobId,
        new JobInput.Complete([.. context.Message.Images.Select(ImageArtifacts.From)], "The pictures are ready."),
        context.CancellationToken);
}

internal sealed class ImagesStoredDefinition : ConsumerDefinition<ImagesStoredConsumer>
{
    public ImagesStoredDefinition() => ConcurrentMessageLimit = 32;

    protected override void ConfigureConsumer(
        IReceiveEndpointConfigurator endpoint, IConsumerConfigurator<ImagesStoredConsumer> consumer, IRegistrationContext context) =>
        endpoint.UseStandardRetry();
}
