namespace MjAspire.ImageStore.Checking;

/// <summary>Why a picture cannot be had: the stable codes of <c>ImagesFailed</c> and of <c>POST /images</c>.</summary>
internal static class ImageErrors
{
    /// <summary>The link answers, but not with the picture: expired, deleted, forbidden.</summary>
    public const string Gone = "E_IMAGE_GONE";

    /// <summary>The bytes are no PNG, JPEG, WebP or GIF, or a damaged one, or something else as well.</summary>
    public const string Invalid = "E_IMAGE_INVALID";

    /// <summary>More bytes or pixels than are taken.</summary>
    public const string TooLarge = "E_IMAGE_TOO_LARGE";

    /// <summary>The link leads somewhere it may not: inside, to another scheme, round and round.</summary>
    public const string AddressRefused = "E_IMAGE_ADDRESS_REFUSED";

    /// <summary>No answer, or none that could be used, in all attempts.</summary>
    public const string Unreachable = "E_IMAGE_UNREACHABLE";
}

/// <summary>A picture that will not be kept, for good.</summary>
/// <param name="Code">One of <see cref="ImageErrors"/>.</param>
/// <param name="Reason">A sentence for people; never holds a link.</param>
internal sealed record Refusal(string Code, string Reason);
