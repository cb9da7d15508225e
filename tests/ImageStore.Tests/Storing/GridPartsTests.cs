using MjAspire.ImageStore.Storing;

namespace MjAspire.ImageStore.Tests.Storing;

public sealed class GridPartsTests
{
    [Theory]
    [InlineData(2, 2)]
    [InlineData(1024, 1024)]
    [InlineData(1025, 769)]
    [InlineData(3, 2)]
    public void Every_pixel_is_in_exactly_one_part(int width, int height)
    {
        var parts = GridParts.Split(width, height);

        Assert.Equal(4, parts.Count);
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
                Assert.Single(parts, part => x >= part.X && x < part.X + part.Width && y >= part.Y && y < part.Y + part.Height);
        }
    }

    [Fact]
    public void Parts_are_counted_row_by_row() =>
        Assert.Equal([(0, 0), (50, 0), (0, 40), (50, 40)], GridParts.Split(100, 80).Select(part => (part.X, part.Y)));

    [Theory]
    [InlineData(1, 100)]
    [InlineData(100, 1)]
    public void A_strip_is_no_grid(int width, int height) => Assert.False(GridParts.CanSplit(width, height));
}
