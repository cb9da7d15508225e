using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace MjAspire.ImageStore.Blobs;

/// <summary>Flushing a folder makes the names in it outlive a power cut. .NET opens no folders, hence the one native call.</summary>
internal static partial class Folder
{
    private const int ReadOnly = 0;

    public static void Flush(string path)
    {
        // Windows has no such call; its file systems journal names.
        if (OperatingSystem.IsWindows())
            return;

        using var folder = new SafeFileHandle(Open(path, ReadOnly), ownsHandle: true);
        if (folder.IsInvalid)
            throw new IOException($"The folder cannot be opened: {Marshal.GetLastPInvokeErrorMessage()}");
        RandomAccess.FlushToDisk(folder);
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Open(string path, int flags);
}
