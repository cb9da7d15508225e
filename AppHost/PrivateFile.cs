namespace MjAspire.AppHost;

/// <summary>A file that only its owner may read, and that is there whole or not at all.</summary>
internal static class PrivateFile
{
    public static void Write(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var file = new StreamWriter($"{path}.new", options))
            file.Write(text);
        File.Move($"{path}.new", path, overwrite: true);
    }
}
