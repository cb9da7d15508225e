using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using MjAspire.Contracts.Images;

namespace MjAspire.ImageStore.Tests.Searching;

public sealed class SearchingTests(ImageStoreHost host) : IClassFixture<ImageStoreHost>
{
    private readonly Guid _owner = Guid.CreateVersion7();

    [Fact]
    public async Task Pictures_are_listed_newest_first_with_their_parts_and_links()
    {
        var first = await StoreAsync("a lighthouse at dawn");
        var second = await StoreAsync("two lighthouses", layout: ImageLayout.Grid);

        var images = await ListAsync("");

        Assert.Equal([second.Images[0].ImageId, first.Images[0].ImageId], images.Select(Id));
        Assert.Equal(second.Images.Skip(1).Select(part => part.ImageId), images[0].GetProperty("parts").EnumerateArray().Select(Id));
        Assert.Empty(images[1].GetProperty("parts").EnumerateArray());
        foreach (var shown in images.Concat(images[0].GetProperty("parts").EnumerateArray()))
        {
            var link = new Uri(shown.GetProperty("download_url").GetString()!);
            using var picture = await host.Service.Http.GetAsync(link.PathAndQuery, TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.OK, picture.StatusCode);
        }
    }

    [Fact]
    public async Task Words_are_found_in_prompt_tags_and_description()
    {
        var one = (await StoreAsync("a lighthouse at dawn")).Images[0].ImageId;
        var two = (await StoreAsync("a grid of ships", layout: ImageLayout.Grid)).Images;
        await host.AskAsync(_owner, $"/images/{one}", HttpMethod.Patch, new { description = "For the harbour's calendar", tags = new[] { "calendar", " sea " } });
        await host.AskAsync(_owner, $"/images/{two[3].ImageId}", HttpMethod.Patch, new { tags = new[] { "favourite" } });

        Assert.Equal([one], (await ListAsync("?q=lighthouses")).Select(Id)); // by its stem
        Assert.Equal([one], (await ListAsync("?q=harbour")).Select(Id));
        Assert.Equal([one], (await ListAsync("?q=sea+dawn")).Select(Id));
        Assert.Equal([two[0].ImageId], (await ListAsync("?q=favourite")).Select(Id)); // a part's word finds its file
        Assert.Equal([two[0].ImageId], (await ListAsync("?tag=favourite")).Select(Id));
        Assert.Equal([two[0].ImageId, one], (await ListAsync("?q=lighthouse+or+ship")).Select(Id));
        Assert.Empty(await ListAsync("?q=lighthouse+-dawn"));
        Assert.Empty(await ListAsync("?q=%27%29%3B+drop+table"));
        Assert.Empty(await ListAsync("?tag=fav"));
    }

    [Fact]
    public async Task Lists_are_narrowed_by_job_model_operation_and_time()
    {
        var first = await StoreAsync("one", model: "flux-schnell");
        var second = await StoreAsync("two", operation: "upscale");
        var storedAt = (await ListAsync($"?job_id={second.JobId}"))[0].GetProperty("stored_at").GetDateTimeOffset();
        var time = Uri.EscapeDataString(storedAt.ToString("O"));

        Assert.Equal([first.Images[0].ImageId], (await ListAsync("?model=flux-schnell")).Select(Id));
        Assert.Equal([second.Images[0].ImageId], (await ListAsync("?operation=upscale")).Select(Id));
        Assert.Equal([second.Images[0].ImageId], (await ListAsync($"?from={time}")).Select(Id));
        Assert.Equal([first.Images[0].ImageId], (await ListAsync($"?until={time}")).Select(Id));
        Assert.Empty(await ListAsync($"?model=flux-schnell&operation=upscale"));
    }

    [Fact]
    public async Task Pages_follow_each_other_without_a_gap_while_pictures_come()
    {
        var stored = new List<Guid>();
        for (var i = 0; i < 7; i++)
            stored.Add((await StoreAsync($"picture {i}", size: 8 + i)).Images[0].ImageId);

        var (seen, cursor) = (new List<Guid>(), "");
        do
        {
            var page = await host.AskAsync(_owner, $"/images?limit=3&cursor={cursor}");
            seen.AddRange(page.GetProperty("images").EnumerateArray().Select(Id));
            cursor = page.GetProperty("next_cursor").GetString();
            await StoreAsync("a new one");
        }
        while (cursor is not null);

        stored.Reverse();
        Assert.Equal(stored, seen);
    }

    [Theory]
    [InlineData("?limit=0", "E_LIMIT")]
    [InlineData("?limit=101", "E_LIMIT")]
    [InlineData("?cursor=yesterday", "E_CURSOR")]
    [InlineData("?cursor=!", "E_CURSOR")]
    [InlineData("?q=%00", "E_QUERY")]
    [InlineData("?job_id=1", "E_SERIALIZATION_ERROR")]
    public async Task What_cannot_be_asked_is_refused(string query, string code)
    {
        using var response = await host.CallAsync(_owner, $"/images{query}");

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal(code, await ImageStoreHost.CodeOf(response));
    }

    [Fact]
    public async Task What_is_said_of_a_picture_can_be_changed_and_taken_back()
    {
        var id = (await StoreAsync("one")).Images[0].ImageId;

        await host.AskAsync(_owner, $"/images/{id}", HttpMethod.Patch, new { tags = new[] { "a", "b", "a " }, description = "first" });
        var unchanged = await host.AskAsync(_owner, $"/images/{id}", HttpMethod.Patch, new { });
        var cleared = await host.AskAsync(_owner, $"/images/{id}", HttpMethod.Patch, new { tags = Array.Empty<string>(), description = (string?)null });

        Assert.Equal(["a", "b"], unchanged.GetProperty("tags").EnumerateArray().Select(tag => tag.GetString()));
        Assert.Equal("first", unchanged.GetProperty("description").GetString());
        Assert.Empty(cleared.GetProperty("tags").EnumerateArray());
        Assert.Equal(JsonValueKind.Null, cleared.GetProperty("description").ValueKind);
    }

    [Theory]
    [InlineData("""{"tags":[""]}""", "E_TAGS")]
    [InlineData("""{"tags":[null]}""", "E_TAGS")]
    [InlineData("""{"tags":["\u0000"]}""", "E_TAGS")]
    [InlineData("""{"description":"\u0000"}""", "E_DESCRIPTION")]
    [InlineData("""{"tags":"sea"}""", "E_SERIALIZATION_ERROR")]
    public async Task What_cannot_be_said_is_refused(string change, string code)
    {
        var id = (await StoreAsync("one")).Images[0].ImageId;
        using var request = new HttpRequestMessage(HttpMethod.Patch, $"/images/{id}")
        {
            Content = new StringContent(change, System.Text.Encoding.UTF8, "application/json"),
        };

        using var response = await host.CallAsync(request, _owner);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal(code, await ImageStoreHost.CodeOf(response));
    }

    [Fact]
    public async Task A_grid_is_deleted_with_its_parts_and_a_part_alone()
    {
        var grid = (await StoreAsync("four", layout: ImageLayout.Grid)).Images;
        var other = (await StoreAsync("another")).Images[0].ImageId;

        Assert.Equal(HttpStatusCode.NoContent, await DeleteAsync(grid[2].ImageId, _owner));
        Assert.Equal(3, (await host.AskAsync(_owner, $"/images/{grid[0].ImageId}")).GetProperty("parts").GetArrayLength());
        Assert.Equal(HttpStatusCode.NoContent, await DeleteAsync(grid[0].ImageId, _owner));

        Assert.Equal([other], (await ListAsync("")).Select(Id));
        using var part = await host.CallAsync(_owner, $"/images/{grid[1].ImageId}/content");
        Assert.Equal(HttpStatusCode.NotFound, part.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, await DeleteAsync(grid[0].ImageId, _owner));
    }

    [Fact]
    public async Task Another_owner_sees_changes_and_deletes_nothing()
    {
        var id = (await StoreAsync("mine")).Images[0].ImageId;
        var stranger = Guid.CreateVersion7();
        using var patch = new HttpRequestMessage(HttpMethod.Patch, $"/images/{id}") { Content = JsonContent.Create(new { tags = new[] { "theirs" } }) };

        using var changed = await host.CallAsync(patch, stranger);
        using var variant = await host.CallAsync(stranger, $"/images/{id}/content?w=16");

        Assert.Equal(HttpStatusCode.NotFound, changed.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, variant.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, await DeleteAsync(id, stranger));
        Assert.Empty((await host.AskAsync(stranger, "/images")).GetProperty("images").EnumerateArray());
        Assert.Equal([id], (await ListAsync("")).Select(Id));
    }

    private static Guid Id(JsonElement image) => image.GetProperty("image_id").GetGuid();

    private async Task<JsonElement[]> ListAsync(string query) =>
        [.. (await host.AskAsync(_owner, $"/images{query}")).GetProperty("images").EnumerateArray()];

    private async Task<HttpStatusCode> DeleteAsync(Guid imageId, Guid owner)
    {
        using var response = await host.CallAsync(new HttpRequestMessage(HttpMethod.Delete, $"/images/{imageId}"), owner);
        return response.StatusCode;
    }

    private Task<ImagesStored> StoreAsync(
        string prompt, string model = "sandbox", string operation = "imagine", ImageLayout layout = ImageLayout.Whole, int size = 24) =>
        host.StoreAsync(host.CommandFor(Pictures.Png(size, size), layout) with
        {
            OwnerId = _owner,
            Prompt = prompt,
            Model = model,
            Operation = operation,
        });
}
