using MassTransit;
using MjAspire.Contracts.Images;
using MjAspire.JobService.Lifecycle;
using MjAspire.ServiceDefaults;

namespace MjAspire.JobService.Completing;

/// <summary>The provider said it had drawn, but there is nothing to be had: the job failed, and says why.</summary>
internal sealed class ImagesFailedConsumer(JobTransitions transitions) : IConsumer<ImagesFailed>
{
    public Task Consume(ConsumeContext<ImagesFailed> context) => transitions.ApplyAsync(
        context.Message.JobId, new JobInput.Fail(context.Message.Code, context.Message.Reason), context.CancellationToken);
}

internal sealed class ImagesFailedDefinition : ConsumerDefinition<ImagesFailedConsumer>
{
    protected override void ConfigureConsumer(
        IReceiveEndpointConfigurator endpoint, IConsumerConfigurator<ImagesFailedConsumer> consumer, IRegistrationContext context) =>
        endpoint.UseStandardRetry();
}
