using MjAspire.Testing;

namespace MjAspire.ImageStore.Tests.Cropping;

/// <summary>A program in the image library's place that tells its process id and then does nothing for ever.</summary>
internal sealed class HangingLibrary : IDisposable
{
    private readonly string _pidFile;

    private HangingLibrary(string path) => (Path, _pidFile) = (path, path + ".pid");

    public string Path { get; }

    public static async Task<HangingLibrary> CreateAsync()
    {
        var library = new HangingLibrary(System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"hanging-{Guid.CreateVersion7():N}"));
        var script = $"#!/bin/sh\necho $$ > {library._pidFile}.new && mv {library._pidFile}.new {library._pidFile}\nexec sleep 1000\n";
        await File.WriteAllTextAsync(library.Path, script, TestContext.Current.CancellationToken);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(library.Path, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        return library;
    }

    /// <summary>Its process id, once it runs.</summary>
    public Task<string> RunsAsync() => Eventually.GetAsync(
        async () => File.Exists(_pidFile) ? (await File.ReadAllTextAsync(_pidFile)).Trim() : null, "the library to run");

    public void Dispose()
    {
        File.Delete(Path);
        File.Delete(_pidFile);
    }
}
