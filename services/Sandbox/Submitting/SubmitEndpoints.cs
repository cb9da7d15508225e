namespace MjAspire.Sandbox.Submitting;

internal static class SubmitEndpoints
{
    // Reference pictures come as data URLs within the JSON.
    private const int LargestBody = 32 << 20;

    public static void MapSubmitting(this RouteGroupBuilder midjourney)
    {
        var submit = midjourney.MapGroup("/submit")
            .WithMetadata(new Microsoft.AspNetCore.Mvc.RequestSizeLimitAttribute(LargestBody))
            .AddEndpointFilter<FaultyCounter>();
        submit.MapPost("/imagine", Imagine.Handle);
        submit.MapPost("/blend", Blend.Handle);
        submit.MapPost("/describe", Describe.Handle);
        submit.MapPost("/change", Change.Handle);
        submit.MapPost("/simple-change", Change.HandleSimple);
        if (!midjourney.Speaks(Dialect.Action))
            return;
        submit.MapPost("/action", Act.Handle);
        submit.MapPost("/modal", Modal.Handle);
        submit.MapPost("/shorten", Shorten.Handle);
        submit.MapPost("/edits", Edits.Handle);
    }
}
