using System.Diagnostics;
using System.Text.Json;
using MjAspire.JobService.Creating;
using MjAspire.JobService.Providers;
using MjAspire.ServiceDefaults;

namespace MjAspire.JobService.Running;

/// <summary>
/// The span of a call to an engine, in the words a dashboard shows generative AI by:
/// <code>
/// generate_content flux-schnell   gen_ai.provider.name=workers-ai gen_ai.operation.name=generate_content gen_ai.request.model=flux-schnell
/// </code>
/// Source: opentelemetry.io/docs/specs/semconv/gen-ai/gen-ai-spans.
/// </summary>
internal sealed class SubmitSpans(IConfiguration configuration)
{
    private const string Operation = "generate_content";
    private static readonly ActivitySource Source = new(Telemetry.Prefix + "Jobs");

    /// <summary>A prompt is its owner's: it is shown only to who asks for it by the conventions' own setting.</summary>
    private readonly bool _showsPrompts = configuration.GetValue<bool>("OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT");

    /// <summary>Makes the call within the span, so that what it brings about, the callback too, is told below it.</summary>
    public async Task<SubmitOutcome> AroundAsync(ImageModel model, ImageRequest request, Func<Task<SubmitOutcome>> submit)
    {
        using var span = Source.StartActivity($"{Operation} {model.Name}", ActivityKind.Client);
        span?.SetTag("gen_ai.provider.name", model.Engine);
        span?.SetTag("gen_ai.operation.name", Operation);
        span?.SetTag("gen_ai.request.model", model.Name);
        if (_showsPrompts && span is not null && request.Prompt is { } prompt)
            span.SetTag("gen_ai.input.messages", Messages(prompt));
        try
        {
            var outcome = await submit();
            Describe(span, outcome);
            return outcome;
        }
        catch (Exception e)
        {
            Fail(span, e.GetType().FullName!);
            throw;
        }
    }

    private static void Describe(Activity? span, SubmitOutcome outcome)
    {
        switch (outcome)
        {
            case SubmitOutcome.Accepted accepted:
                span?.SetTag("gen_ai.response.id", accepted.TaskId);
                break;
            case SubmitOutcome.Links links:
                span?.SetTag("gen_ai.response.id", links.TaskId);
                break;
            case SubmitOutcome.Refused refused:
                Fail(span, refused.Code);
                break;
            case SubmitOutcome.Busy:
                Fail(span, "busy");
                break;
        }
    }

    private static void Fail(Activity? span, string type)
    {
        span?.SetTag("error.type", type);
        span?.SetStatus(ActivityStatusCode.Error);
    }

    /// <summary><c>[{"role":"user","parts":[{"type":"text","content":"a fox in the snow"}]}]</c></summary>
    private static string Messages(string prompt) =>
        JsonSerializer.Serialize(new[] { new { role = "user", parts = new[] { new { type = "text", content = prompt } } } });
}
