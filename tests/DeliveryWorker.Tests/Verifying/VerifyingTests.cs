using System.Text;
using MjAspire.Testing;

namespace MjAspire.DeliveryWorker.Tests.Verifying;

/// <summary>What we sign is believed by the libraries receivers use.</summary>
public sealed class VerifyingTests(Servers servers)
{
    private const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    public static TheoryData<string> Libraries => ["standardwebhooks", "svix"];

    [Theory]
    [MemberData(nameof(Libraries))]
    public async Task Event_push_and_both_secrets_of_a_rotation_are_verified_by_the_npm_library(string library)
    {
        Assert.SkipUnless(NpmReceiver.IsInstalled(library), $"eng/setup installs {library}.");
        using var receiver = await NpmReceiver.StartAsync(library, Secret);
        await using var system = await DeliverySystem.StartAsync(servers);
        var (_, created) = await system.CallAsync("POST", "/api/endpoints", new { url = receiver.Url, events = new[] { "*" }, secret = Secret });
        var path = $"/api/endpoints/{created.GetProperty("id").GetGuid()}";

        await system.PublishAsync(system.Change());
        await system.SettledAsync(("delivered", 1));
        await system.CallAsync("POST", "/api/push", new { message = "Grüße 🖼️" });
        await system.SettledAsync(("delivered", 2));

        var rotated = (await system.CallAsync("POST", $"{path}/secret/rotate")).Body.GetProperty("secret").GetString()!;
        await system.PublishAsync(system.Change(Contracts.Jobs.JobStatus.Failed));
        await system.SettledAsync(("delivered", 3));

        using var changedOver = await NpmReceiver.StartAsync(library, rotated);
        await system.CallAsync("PATCH", path, new { url = changedOver.Url });
        await system.PublishAsync(system.Change(Contracts.Jobs.JobStatus.Cancelled));
        await system.SettledAsync(("delivered", 4));

        Assert.Equal(
            ["verified job.completed", "verified Grüße 🖼️", "verified job.failed", "verified job.cancelled"],
            (await system.QueryAsync<byte[]>("select response from attempts order by started_at")).Select(Encoding.UTF8.GetString));
    }

    [Theory]
    [MemberData(nameof(Libraries))]
    public async Task Delivery_signed_by_another_secret_is_refused_by_the_npm_library(string library)
    {
        Assert.SkipUnless(NpmReceiver.IsInstalled(library), $"eng/setup installs {library}.");
        using var receiver = await NpmReceiver.StartAsync(library, Secret);
        await using var system = await DeliverySystem.StartAsync(servers);
        await system.AddEndpointAsync(receiver.Url, "*");

        await system.PublishAsync(system.Change());
        await system.SettledAsync(("dead", 1));

        Assert.All(await system.QueryAsync<int>("select status from attempts"), status => Assert.Equal(401, status));
    }
}
