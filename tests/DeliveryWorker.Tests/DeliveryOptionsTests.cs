using System.ComponentModel.DataAnnotations;

namespace MjAspire.DeliveryWorker.Tests;

public sealed class DeliveryOptionsTests
{
    [Fact]
    public void Defaults_are_valid() => Assert.Empty(Errors(new()));

    [Fact]
    public void Lease_must_outlast_an_attempt() =>
        Assert.Contains("Delivery:Lease", Assert.Single(Errors(new() { AttemptTimeout = TimeSpan.FromSeconds(30) })).ErrorMessage, StringComparison.Ordinal);

    [Fact]
    public void Schedule_must_be_readable() =>
        Assert.Contains("Delivery:RetrySchedule", Assert.Single(Errors(new() { RetrySchedule = "soon" })).ErrorMessage, StringComparison.Ordinal);

    [Fact]
    public void Concurrency_must_be_positive() => Assert.Single(Errors(new() { Concurrency = 0 }));

    private static List<ValidationResult> Errors(DeliveryOptions options)
    {
        var errors = new List<ValidationResult>();
        Validator.TryValidateObject(options, new(options), errors, validateAllProperties: true);
        return errors;
    }
}
