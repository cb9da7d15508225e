using System.Globalization;
using Microsoft.AspNetCore.Diagnostics;
using MjAspire.Sandbox.Faults;
using MjAspire.Sandbox.Wire;

namespace MjAspire.Sandbox.Submitting;

/// <summary>The ways of the relays to say no without having taken anything.</summary>
internal static class Refusal
{
    public static IResult? Of(FaultPlan plan, ISubmitRequest request, TimeProvider time)
    {
        if (plan.Has(Fault.QueueFull9))
            return TypedResults.Ok(SubmitResult.SystemError());
        if (plan.Has(Fault.QueueFull23))
            return TypedResults.Ok(SubmitResult.QueueFull());
        if (plan.Has(Fault.BannedPrompt))
            return TypedResults.Ok(Banned(FaultFlag.Strip(request.Prompt ?? "")));
        if (plan.Has(Fault.SecondEnvelope))
        {
            var now = time.GetUtcNow().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
            return TypedResults.Ok(new SecondEnvelope(false, -1, "The service is busy", now));
        }
        if (plan.Has(Fault.RateLimited))
            return new RateLimited(RetryAfter: plan.Nth % 2 == 0);
        return plan.Has(Fault.UnauthorizedText) ? TypedResults.Text("Unauthorized", statusCode: StatusCodes.Status401Unauthorized) : null;
    }

    private static SubmitResult Banned(string prompt) => SubmitResult.Banned(prompt, prompt.Split(' ')[0]);

    /// <summary>A 429 with nothing in it: the problem document of our other services would be more than the relays give.</summary>
    private sealed record RateLimited(bool RetryAfter) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            if (httpContext.Features.Get<IStatusCodePagesFeature>() is { } pages)
                pages.Enabled = false;
            httpContext.Response.StatusCode = StatusCodes.Status429TooManyRequests;
            if (RetryAfter)
                httpContext.Response.Headers.RetryAfter = "1";
            return Task.CompletedTask;
        }
    }
}
