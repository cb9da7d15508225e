using Microsoft.AspNetCore.Connections.Features;
using Microsoft.Extensions.Options;
using MjAspire.Sandbox.Faults;
using MjAspire.Sandbox.Running;
using MjAspire.Sandbox.Wire;

namespace MjAspire.Sandbox.Submitting;

/// <summary>Stands before the desk: turns a submit away, or spoils the answer to one that was taken, as its faults say.</summary>
internal sealed class FaultyCounter(FaultBook book, IOptions<SandboxOptions> options, TimeProvider time) : IEndpointFilter
{
    private static readonly TimeSpan LongestLead = TimeSpan.FromSeconds(5);

    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext invocation, EndpointFilterDelegate next)
    {
        var (context, request) = (invocation.HttpContext, invocation.Arguments.OfType<ISubmitRequest>().Single());
        if (!book.TryPlan(request.Prompt, request.State, out var plan, out var why))
            return TypedResults.Ok(SubmitResult.Invalid(why));
        context.Features.Set(plan);
        if (plan.Has(Fault.ResetBefore))
            return Reset(context);
        if (Refusal.Of(plan, request, time) is { } refusal)
            return refusal;

        var answer = await next(invocation);
        return context.Features.Get<SandboxTask>() is { } taken ? await SpoilAsync(answer, taken, plan, context) : answer;
    }

    private async Task<object?> SpoilAsync(object? answer, SandboxTask taken, FaultPlan plan, HttpContext context)
    {
        try
        {
            if (plan.Has(Fault.CallbackBeforeResponse))
                await Task.WhenAny(taken.Life, Task.Delay(LongestLead, time, context.RequestAborted));
            if (plan.Has(Fault.SlowAnswer))
                await Task.Delay(TimeSpan.FromMilliseconds(options.Value.SlowMs), time, context.RequestAborted);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            return Results.Empty; // whoever asked did not wait
        }
        return plan.Has(Fault.ConnectionReset) ? Reset(context) : answer;
    }

    /// <summary>RST rather than FIN: the client sees "connection reset by peer".</summary>
    private static IResult Reset(HttpContext context)
    {
        if (context.Features.Get<IConnectionSocketFeature>() is { } connection)
            connection.Socket.LingerState = new(enable: true, seconds: 0);
        context.Abort();
        return Results.Empty;
    }
}
