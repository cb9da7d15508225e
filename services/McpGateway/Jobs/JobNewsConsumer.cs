using MassTransit;
using MjAspire.Contracts.Jobs;
using MjAspire.McpGateway.Live;

namespace MjAspire.McpGateway.Jobs;

/// <summary>Every replica hears every event: its queue is its own and goes with it.</summary>
internal sealed class JobNewsConsumer(JobNews news, JobFeed feed) : IConsumer<JobChanged>
{
    public Task Consume(ConsumeContext<JobChanged> context)
    {
        feed.Publish(context.Message);
        news.Publish(context.Message);
        return Task.CompletedTask;
    }
}
