namespace MjAspire.AppHost.Running;

/// <summary>
/// Holds the folder for what is written at run time, <c>.mj</c>, for one AppHost alone, by a lock on <c>.mj/apphost.lock</c> that ends with the
/// process. Two on the same data would destroy it.
/// </summary>
internal static class CheckoutLock
{
    /// <returns>What holds it until it is disposed; null when another AppHost has it.</returns>
    public static IDisposable? TryTake(IDistributedApplicationBuilder builder)
    {
        var path = builder.StatePath("apphost.lock");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            return null;
        }
    }
}
