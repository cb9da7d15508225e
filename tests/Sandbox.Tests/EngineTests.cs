using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;

namespace MjAspire.Sandbox.Tests;

/// <summary>The engines beside Midjourney: whom they let in.</summary>
public class EngineTests
{
    private const string WorkersAi = "/client/v4/accounts/sandbox/ai";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/v1/models")]
    [InlineData(WorkersAi + "/models/search?per_page=1")]
    public async Task A_harmless_question_is_answered_to_those_who_are_known(string path)
    {
        await using var provider = await Provider.StartAsync();

        Assert.Equal(HttpStatusCode.OK, await AskAsync(provider, HttpMethod.Get, path, "sk-known"));
        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(provider, HttpMethod.Get, path, null));
        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(provider, HttpMethod.Get, path, "sk-revoked"));
    }

    [Theory]
    [InlineData("/v1/images/generations")]
    [InlineData(WorkersAi + "/run/@cf/stabilityai/stable-diffusion-xl-base-1.0")]
    public async Task Nothing_is_drawn_for_a_revoked_key_or_an_exhausted_account(string path)
    {
        await using var provider = await Provider.StartAsync();

        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(provider, HttpMethod.Post, path, "sk-revoked"));
        Assert.Equal(HttpStatusCode.TooManyRequests, await AskAsync(provider, HttpMethod.Post, path.Replace("/sandbox/", "/sandbox-exhausted/", StringComparison.Ordinal), "sk-exhausted"));
        Assert.Empty((await provider.Http.GetFromJsonAsync<object[]>("/sandbox/purchases", Cancellation))!);
    }

    private static async Task<HttpStatusCode> AskAsync(Provider provider, HttpMethod method, string path, string? key)
    {
        using var request = new HttpRequestMessage(method, path);
        if (method == HttpMethod.Post)
            request.Content = JsonContent.Create(new { model = "sandbox-links", prompt = "a fox" });
        if (key is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        using var response = await provider.Http.SendAsync(request, Cancellation);
        return response.StatusCode;
    }
}
