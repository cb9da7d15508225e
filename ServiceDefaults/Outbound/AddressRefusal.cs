namespace MjAspire.ServiceDefaults.Outbound;

/// <summary>Why a URL from outside is not called. The names are stable: they are metric tags and parts of error messages.</summary>
public enum AddressRefusal
{
    /// <summary>Not an absolute <c>http</c> or <c>https</c> URL.</summary>
    Scheme,

    /// <summary>The URL carries a user name or password.</summary>
    UserInfo,

    /// <summary>The host is written as a number but is no address.</summary>
    Host,

    /// <summary>The port is not one that may be called.</summary>
    Port,

    /// <summary>The address, or one of those the name stands for, is not on the public internet.</summary>
    Address,
}
