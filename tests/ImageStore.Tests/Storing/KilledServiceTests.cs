using MjAspire.Contracts.Images;

namespace MjAspire.ImageStore.Tests.Storing;

public sealed class KilledServiceTests(ImageStoreHost host) : IClassFixture<ImageStoreHost>
{
    [Fact]
    public async Task A_service_killed_in_the_middle_of_its_work_loses_nothing_and_stores_nothing_twice()
    {
        const int Jobs = 40;
        await host.StopServiceAsync();
        var busy = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var commands = Enumerable.Range(0, Jobs).Select(seed => ImageStoreHost.Command(new ImageSource(
            host.Outside.Link(async context =>
            {
                var picture = Pictures.Png(200, 200, seed);
                await context.Response.Body.WriteAsync(picture.AsMemory(..5_000));
                await context.Response.Body.FlushAsync();
                if (seed == Jobs / 2)
                    busy.TrySetResult();
                await context.Response.Body.WriteAsync(picture.AsMemory(5_000..));
            }),
            ImageLayout.Grid))).ToArray();

        using (var killed = host.StartProcess())
        {
            try
            {
                foreach (var command in commands)
                    await host.SendAsync(command);
                await busy.Task.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
            }
            finally
            {
                killed.Kill();
                await killed.WaitForExitAsync(TestContext.Current.CancellationToken);
            }
        }
        await using var back = await host.StartReplicaAsync();

        foreach (var command in commands)
        {
            var heard = await host.HearAsync(command.JobId);
            var stored = Assert.IsType<ImagesStored>(heard[0]);
            Assert.All(heard, again => Assert.Equal(stored.Images, Assert.IsType<ImagesStored>(again).Images));
            Assert.Equal(5, stored.Images.Count);
            Assert.Single(host.Files(), file => Path.GetFileName(file) == stored.Images[0].Sha256);
        }
    }
}
