using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using MjAspire.Contracts.Images;
using MjAspire.Testing;

namespace MjAspire.JobService.Tests;

/// <summary>Engines that answer with the picture itself: it is nowhere else.</summary>
public class PictureKeepingTests(Servers servers)
{
    [Fact]
    public async Task A_picture_in_hand_outlives_an_absent_store_and_is_not_bought_again()
    {
        // The store comes back after seven seconds; the grace period, after which a lost job is submitted again, is over by then.
        await using var others = await Others.StartAsync(refusals: 3);
        await using var jobs = await JobsUnderTest.StartAsync(servers, null, [.. others.Settings, ("Jobs:SubmitGrace", "00:00:05")]);

        var id = await jobs.CreateImageAsync(new { prompt = "a fox on a stone", model = "sdxl-base", seed = 7 });

        await jobs.JobWhenAsync(id, "DONE");
        Assert.Equal((4, 1), (others.Stores, others.Purchases));
        Assert.Equal(7, others.Last!.Seed);
    }

    [Fact]
    public async Task A_seed_is_refused_for_a_model_that_takes_none()
    {
        await using var others = await Others.StartAsync(refusals: 0);
        await using var jobs = await JobsUnderTest.StartAsync(servers, null, others.Settings);

        foreach (var input in new object[] { new { prompt = "x", model = "flux-schnell", seed = 7 }, new { prompt = "x", model = "sdxl-base", seed = -1 }, new { prompt = "x", seed = 4_294_967_296 } })
        {
            using var refused = await jobs.PostAsync(new { kind = "image", input_data = input });
            Assert.Contains("E_UNKNOWN_ARGUMENT", await refused.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        }
    }

    /// <summary>An engine that answers at once, and ImageStore's door, which is shut the first few times.</summary>
    private sealed class Others(WebApplication app, int refusals) : IAsyncDisposable
    {
        private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };
        private int _stores;
        private int _purchases;

        public (string, string)[] Settings =>
        [
            ("WorkersAi:BaseUrl", app.Urls.First()), ("WorkersAi:AccountId", "account"), ("WorkersAi:ApiToken", "token"),
            ("services:image-store:http:0", app.Urls.First()),
        ];

        public int Stores => _stores;

        public int Purchases => _purchases;

        public ImageUploadMetadata? Last { get; private set; }

        public static async Task<Others> StartAsync(int refusals)
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            var app = builder.Build();
            app.Urls.Add("http://127.0.0.1:0");
            var others = new Others(app, refusals);
            app.MapPost("/images", others.Receive);
            app.MapPost("/client/v4/accounts/account/ai/run/{**model}", others.Draw);
            await app.StartAsync();
            return others;
        }

        public ValueTask DisposeAsync() => app.DisposeAsync();

        private IResult Draw()
        {
            Interlocked.Increment(ref _purchases);
            return Results.Bytes([1, 2, 3], "image/png");
        }

        private IResult Receive(HttpContext context)
        {
            if (Interlocked.Increment(ref _stores) <= refusals)
                return Results.StatusCode(503);
            Last = JsonSerializer.Deserialize<ImageUploadMetadata>(context.Request.Headers[ImageUpload.Metadata].ToString(), Json);
            return Results.Json(new { images = new[] { new StoredImage(Guid.CreateVersion7(), null, null, "image/png", 64, 64, 1_000, "ab") } }, Json, statusCode: 201);
        }
    }
}
