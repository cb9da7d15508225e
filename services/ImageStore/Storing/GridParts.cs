using MjAspire.ImageStore.Storage;

namespace MjAspire.ImageStore.Storing;

/// <summary>Four pictures in one file, two by two. An odd row or column goes to the lower or right part: none is lost.</summary>
internal static class GridParts
{
    public static bool CanSplit(int width, int height) => width >= 2 && height >= 2;

    /// <summary>Row by row: what people call 1, 2 (above), 3, 4 (below).</summary>
    public static IReadOnlyList<CropArea> Split(int width, int height)
    {
        var (left, top) = (width / 2, height / 2);
        return
        [
            new(0, 0, left, top),
            new(left, 0, width - left, top),
            new(0, top, left, height - top),
            new(left, top, width - left, height - top),
        ];
    }
}
