using MassTransit;
using MjAspire.Contracts.Jobs;

namespace MjAspire.McpGateway.Jobs;

/// <summary>Every replica hears every event: its queue is its own and goes with it.</summary>
internal sealed class JobNewsConsumer(JobNews news) : IConsumer<JobChanged>
{
    public Task Consume(ConsumeContext<JobChanged> context)
    {
        news.Publish(context.Message);
        return Task.CompletedTask;
    }
}
