using Microsoft.AspNetCore.WebUtilities;

namespace MjAspire.ServiceDefaults.Tests;

public class SignedLinkTests
{
    private const string Key = "a key of the tests";
    private static readonly Guid Image = Guid.CreateVersion7();
    private static readonly DateTimeOffset Now = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_link_opens_its_picture_until_it_expires()
    {
        var (expires, signature) = Parts(SignedLink.Create(new Uri("https://gateway.example"), Key, Image, Now.AddMinutes(1)));

        Assert.True(SignedLink.Verify(Key, Image, expires, signature, Now));
        Assert.False(SignedLink.Verify(Key, Image, expires, signature, Now.AddMinutes(1)));
    }

    [Fact]
    public void A_link_opens_nothing_else()
    {
        var (expires, signature) = Parts(SignedLink.Create(new Uri("https://gateway.example"), Key, Image, Now.AddMinutes(1)));

        Assert.False(SignedLink.Verify(Key, Guid.CreateVersion7(), expires, signature, Now));
        Assert.False(SignedLink.Verify(Key, Image, expires + 1, signature, Now));
        Assert.False(SignedLink.Verify("another key", Image, expires, signature, Now));
        Assert.False(SignedLink.Verify(Key, Image, expires, "", Now));
        Assert.False(SignedLink.Verify(Key, Image, expires, "ü" + signature[1..], Now));
    }

    private static (long Expires, string Signature) Parts(Uri link)
    {
        Assert.Equal($"/i/{Image}", link.AbsolutePath);
        var query = QueryHelpers.ParseQuery(link.Query);
        return (long.Parse(query["e"]!), query["s"]!);
    }
}
