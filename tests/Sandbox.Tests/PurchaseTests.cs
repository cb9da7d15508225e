using System.Net.Http.Json;
using System.Text.Json.Nodes;
using MjAspire.Sandbox.Purchasing;

namespace MjAspire.Sandbox.Tests;

public sealed class PurchaseTests
{
    [Fact]
    public async Task Purchases_are_listed_in_order_and_by_state()
    {
        await using var provider = await Provider.StartAsync();
        var first = await provider.ImagineAsync("a cat --fault lost-callback", state: "job 1");
        var second = await provider.ImagineAsync("a dog", state: "job 2");
        var third = await provider.ImagineAsync("a cat", "http://127.0.0.1:9/secret-hook");

        var all = (await provider.Http.GetFromJsonAsync<JsonArray>("/sandbox/purchases", TestContext.Current.CancellationToken))!;
        Assert.Equal(["state", "taskId", "prompt", "at"], all[0]!.AsObject().Select(member => member.Key));
        Assert.Equal([("job 1", first, "a cat"), ("job 2", second, "a dog"), (null, third, "a cat")],
            all.Select(purchase => ((string?)purchase!["state"], (string)purchase["taskId"]!, (string)purchase["prompt"]!)));
        Assert.InRange((DateTimeOffset)all[0]!["at"]!, TimeProvider.System.GetUtcNow().AddMinutes(-5), TimeProvider.System.GetUtcNow());
        Assert.DoesNotContain("secret-hook", all.ToJsonString(), StringComparison.Ordinal);
        Assert.Equal([second], await provider.PurchasesAsync("job 2"));
        Assert.Empty(await provider.PurchasesAsync("job 3"));
    }

    [Fact]
    public void Book_keeps_the_newest()
    {
        var book = new PurchaseBook(TimeProvider.System);
        for (var i = 0; i <= PurchaseBook.Capacity; i++)
            book.Add(null, $"{i}", "");
        Assert.Equal((PurchaseBook.Capacity, "1"), (book.List(null).Length, book.List(null)[0].TaskId));
    }
}
