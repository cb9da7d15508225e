using MjAspire.Sandbox.Drawing;
using MjAspire.Sandbox.Submitting;

namespace MjAspire.Sandbox.Tests;

public sealed class DrawingTests
{
    [Fact]
    public void Drawing_gives_the_same_bytes_for_the_same_prompt_and_seed() =>
        Assert.Equal(Grid("a lighthouse at dusk", 7).Draw(), Grid("a lighthouse at dusk", 7).Draw());

    [Fact]
    public void Drawing_differs_for_another_seed_or_another_prompt()
    {
        var picture = Grid("a lighthouse at dusk", 7).Draw();
        Assert.NotEqual(picture, Grid("a lighthouse at dusk", 8).Draw());
        Assert.NotEqual(picture, Grid("a castle at dusk", 7).Draw());
    }

    [Theory]
    [InlineData("")]
    [InlineData("猫と富士山, 夕焼け 🌅")]
    [InlineData("city")]
    [InlineData("cat")]
    [InlineData("sailing boat")]
    [InlineData("castle at night")]
    [InlineData("cabin in the snow")]
    [InlineData("hot air balloons over dunes")]
    [InlineData("lonely oak in autumn")]
    [InlineData("northern lights")]
    [InlineData("neon lighthouse")]
    public void Drawing_is_a_sound_png_with_the_prompt_in_it_for(string prompt)
    {
        var png = Png.Read(Grid(prompt, 1).Draw());
        Assert.Equal((96, 96, prompt), (png.Width, png.Height, png.Description));
        Assert.InRange(png.Rgb.Distinct().Count(), 60, 256);
    }

    [Fact]
    public void Grid_shows_four_different_pictures()
    {
        var png = Png.Read(Grid("mountains over a lake", 3).Draw());
        for (var a = 1; a <= 4; a++)
        {
            for (var b = a + 1; b <= 4; b++)
                Assert.InRange(png.Difference(png.Part(a), png, png.Part(b)), 2, 255);
        }
    }

    [Fact]
    public void Single_picture_is_the_chosen_part_in_more_pixels()
    {
        var grid = Grid("mountains over a lake", 3, size: 256);
        var whole = Png.Read(grid.Draw());
        var third = Png.Read((grid with { Parts = [grid.Parts[2]] }).Draw());
        Assert.InRange(third.Difference(third.Whole, whole, whole.Part(3)), 0, 2.5);
        Assert.InRange(third.Difference(third.Whole, whole, whole.Part(1)), 4, 255);
    }

    [Fact]
    public void Variations_are_nearer_to_their_parent_than_the_other_parts_are()
    {
        var grid = Grid("a quiet lake", 5, size: 256);
        var parent = Png.Read(grid.Draw());
        var varied = Png.Read((grid with { Parts = [.. Enumerable.Range(0, 4).Select(grid.Parts[0].Varied)] }).Draw());
        var near = Enumerable.Range(1, 4).Average(part => varied.Difference(varied.Part(part), parent, parent.Part(1)));
        var far = Enumerable.Range(2, 3).Average(part => parent.Difference(parent.Part(part), parent, parent.Part(1)));
        Assert.InRange(near, 0.5, far);
    }

    [Theory]
    [InlineData("a cat --ar 16:9 --v 7", "a cat", 16f / 9, null)]
    [InlineData("a cat --seed 42 --ar 2:3", "a cat", 2f / 3, 42L)]
    [InlineData("a well-known cat", "a well-known cat", 1f, null)]
    [InlineData("--ar 1:2", "", 0.5f, null)]
    public void Parameters_are_read_and_cut_off_the_prompt(string prompt, string words, float ratio, long? seed)
    {
        Assert.True(PromptParameters.TryRead(prompt, out var parameters, out _));
        Assert.Equal(new PromptParameters(words, ratio, seed), parameters);
    }

    [Theory]
    [InlineData("a cat --ar")]
    [InlineData("a cat --ar 16")]
    [InlineData("a cat --ar 0:1")]
    [InlineData("a cat --ar 9:1")]
    [InlineData("a cat --ar 1:2:3")]
    [InlineData("a cat --seed -1")]
    [InlineData("a cat --seed 4294967296")]
    public void Parameters_are_refused_with_a_reason_when_they_make_no_sense(string prompt)
    {
        Assert.False(PromptParameters.TryRead(prompt, out _, out var why));
        Assert.Contains("Invalid parameter", why, StringComparison.Ordinal);
    }

    private static Picture Grid(string prompt, long seed, int size = 96) => new(prompt, size, size, Imagine.Grid(seed));
}
