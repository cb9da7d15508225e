namespace MjAspire.Sandbox.Submitting;

internal static class SubmitEndpoints
{
    // Reference pictures come as data URLs within the JSON.
    private const int LargestBody = 32 << 20;

    public static void MapSubmitting(this RouteGroupBuilder midjourney)
    {
        var submit = midjourney.MapGroup("/submit").WithMetadata(new Microsoft.AspNetCore.Mvc.RequestSizeLimitAttribute(LargestBody));
        submit.MapPost("/imagine", Imagine.Handle);
        submit.MapPost("/action", Act.Handle);
    }
}
