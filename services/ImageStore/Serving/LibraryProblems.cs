using Microsoft.AspNetCore.Http.HttpResults;
using MjAspire.ImageStore.Imaging;
using MjAspire.ServiceDefaults;

namespace MjAspire.ImageStore.Serving;

/// <summary>What a client is told when a part or a variant could not be made.</summary>
internal static class LibraryProblems
{
    public static ProblemHttpResult Of(VipsVerdict verdict, HttpResponse response)
    {
        switch (verdict)
        {
            case VipsVerdict.LibraryMissing:
                return Problems.Of(503, "E_IMAGE_LIBRARY_MISSING",
                    "Parts of a grid, other sizes and other formats are made by libvips, which is not installed on this server: install its "
                    + "command line (Debian and Ubuntu: libvips-tools) or name it in Imaging:Vips. Whole pictures can be had without it.");
            case VipsVerdict.Busy:
                response.Headers.RetryAfter = "5";
                return Problems.Of(503, "E_IMAGE_BUSY", "Too many pictures are being made at the moment. Try again.");
            case VipsVerdict.TimedOut:
                response.Headers.RetryAfter = "30";
                return Problems.Of(503, "E_TIMEOUT", "Making the picture took too long. Try again.");
            default:
                return Problems.Of(500, "E_IMAGE_PART_FAILED", "The picture could not be made from the one that is stored.");
        }
    }
}
