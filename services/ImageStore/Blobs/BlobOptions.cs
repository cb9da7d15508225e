namespace MjAspire.ImageStore.Blobs;

/// <summary>Section <c>Blobs</c>: where pictures' bytes are kept.</summary>
internal sealed class BlobOptions
{
    public BlobsKind Kind { get; set; } = BlobsKind.Local;

    /// <summary>
    /// <c>local</c>: the folder pictures are kept in; every replica sees the same one; required.
    /// Otherwise: where pictures wait on their way in; a folder below the system's temporary one when not set.
    /// </summary>
    public string Path { get; set; } = "";

    public AzureBlobOptions Azure { get; set; } = new();

    public S3BlobOptions S3 { get; set; } = new();

    /// <summary>What is missing for this kind, or null.</summary>
    public string? Problem => Kind switch
    {
        BlobsKind.Local when Path.Length == 0 => "Blobs:Path must be set to the folder pictures are kept in.",
        BlobsKind.Azure when Azure.ConnectionString.Length == 0 || Azure.Container.Length == 0 =>
            "Blobs:Azure:ConnectionString and Blobs:Azure:Container must be set.",
        BlobsKind.S3 when S3.Bucket.Length == 0 => "Blobs:S3:Bucket must be set.",
        BlobsKind.S3 when S3.ServiceUrl.Length == 0 && S3.Region.Length == 0 =>
            "Blobs:S3:Region (Amazon) or Blobs:S3:ServiceUrl (any other) must be set.",
        _ => null,
    };
}

internal enum BlobsKind
{
    /// <summary>Files in a folder.</summary>
    Local,

    /// <summary>Azure Blob Storage.</summary>
    Azure,

    /// <summary>Amazon S3, or whatever speaks its language.</summary>
    S3,
}

/// <summary>Section <c>Blobs:Azure</c>.</summary>
internal sealed class AzureBlobOptions
{
    /// <summary>With the account's key. Secret.</summary>
    public string ConnectionString { get; set; } = "";

    /// <summary>Made by the operator; private.</summary>
    public string Container { get; set; } = "";
}

/// <summary>Section <c>Blobs:S3</c>.</summary>
internal sealed class S3BlobOptions
{
    /// <summary>Of a server that is not Amazon's: <c>https://objects.example.com</c>. Addressed by path, not by host name.</summary>
    public string ServiceUrl { get; set; } = "";

    /// <summary>Amazon's, or what the server wants to see in a signature; <c>us-east-1</c> when not set.</summary>
    public string Region { get; set; } = "";

    /// <summary>Made by the operator; private.</summary>
    public string Bucket { get; set; } = "";

    /// <summary>When not set, the machine's own credentials are used (environment, profile, role).</summary>
    public string AccessKey { get; set; } = "";

    /// <summary>Secret.</summary>
    public string SecretKey { get; set; } = "";
}
