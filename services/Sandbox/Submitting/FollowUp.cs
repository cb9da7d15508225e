using MjAspire.Sandbox.Drawing;
using MjAspire.Sandbox.Running;

namespace MjAspire.Sandbox.Submitting;

/// <summary>What comes of a finished picture, by the name its button has.</summary>
internal static class FollowUp
{
    private const int LargestSide = 4096;

    public static Order Order(SandboxTask parent, Picture picture, string what, int index, Desk desk)
    {
        var view = parent.Now;
        var again = (long)(Dice.Mix((ulong)parent.Seed, Dice.Hash(what)) & uint.MaxValue);
        var (action, drawn, seed) = what switch
        {
            "upsample" => ("UPSCALE", picture with { Parts = [picture.Parts[index - 1]] }, parent.Seed),
            "upsample_v7_2x_subtle" => ("UPSCALE_HD", Enlarged(picture, picture.Parts[0]), parent.Seed),
            "upsample_v7_2x_creative" => ("UPSCALE_HD", Enlarged(picture, Varied(picture.Parts[0], what)[0]), again),
            "variation" => ("VARIATION", Grid(picture, Varied(picture.Parts[index - 1], what), desk), again),
            "reroll" => ("REROLL", Grid(picture, Imagine.Grid(again), desk), again),
            "low_variation" or "high_variation" or "Inpaint" => ("VARIATION", Grid(picture, Varied(picture.Parts[0], what), desk), again),
            "Outpaint_50" or "Outpaint_75" or "CustomZoom" => ("ZOOM", Grid(picture, Varied(picture.Parts[0], what), desk), again),
            "pan_left" or "pan_right" or "pan_up" or "pan_down" => ("PAN", Grid(picture, Varied(picture.Parts[0], what), desk), again),
            _ => throw new InvalidOperationException($"The sandbox made a button it cannot serve: {what}"),
        };
        return new()
        {
            Action = action,
            Prompt = view.Prompt,
            Description = action switch
            {
                "UPSCALE" or "VARIATION" when picture.Parts.Length == 4 => $"/up {parent.Id} {action[0]}{index}",
                "REROLL" => $"/up {parent.Id} R",
                _ => $"/action {parent.Id} {what}",
            },
            BotType = view.BotType,
            ParentId = parent.Id,
            Picture = drawn,
            Seed = seed,
            Window = what is "Inpaint" or "CustomZoom",
        };
    }

    private static PictureSeed[] Varied(PictureSeed seed, string what)
    {
        var first = (int)(Dice.Hash(what) & 0xFFFF) * 4;
        return [.. Enumerable.Range(first, 4).Select(seed.Varied)];
    }

    private static Picture Grid(Picture picture, PictureSeed[] parts, Desk desk)
    {
        var (width, height) = desk.Pixels((float)picture.Width / picture.Height);
        return picture with { Width = width, Height = height, Parts = parts, Enlarged = false };
    }

    private static Picture Enlarged(Picture picture, PictureSeed part)
    {
        var times = Math.Max(picture.Width, picture.Height) * 2 > LargestSide ? 1 : 2;
        return picture with { Width = picture.Width * times, Height = picture.Height * times, Parts = [part], Enlarged = true };
    }
}
