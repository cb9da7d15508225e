using System.Text.Json;
using MjAspire.Contracts.Delivery;
using MjAspire.Contracts.Images;
using MjAspire.Contracts.Jobs;
using MjAspire.Contracts.Webhooks;
using MjAspire.Testing;

namespace MjAspire.Architecture.Tests;

/// <summary>
/// Messages outlive the version that wrote them: they wait in queues and outboxes while services are replaced. Each has a golden file,
/// its JSON as released; today's record must still read it whole, and write the same.
/// </summary>
public class ContractTests
{
    private static readonly Guid One = new("0197a000-0000-7000-8000-000000000001");
    private static readonly Guid Two = new("0197a000-0000-7000-8000-000000000002");
    private static readonly DateTimeOffset Time = new(2026, 11, 20, 12, 30, 0, TimeSpan.Zero);
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    private static readonly object[] Messages =
    [
        new RunJob(One, Two),
        new JobChanged
        {
            JobId = One, OwnerId = Two, Kind = JobKind.Image, Operation = "imagine", Status = JobStatus.NeedsInput, PreviousStatus = JobStatus.Running,
            Sequence = 4, Progress = 40, Step = "drawing", Message = "Drawing, 40 %.", ErrorCode = "E_TIMEOUT", OccurredAt = Time,
            Artifacts =
            [
                new("grid.png", "mj://images/1", "image/png", 1024)
                {
                    Description = "d", DownloadUrl = "https://gateway.example/i/1", ImageId = One, ParentImageId = Two, Index = 1, Width = 8, Height = 9,
                },
            ],
        },
        new ProviderCallbackReceived
        {
            CallbackId = One, Provider = "midjourney", JobId = Two, ReceivedAt = Time, ContentType = "application/json", Body = [123, 125],
        },
        new CallbackParked
        {
            Id = One, CallbackId = Two, Provider = "midjourney", JobId = Two, ReceivedAt = Time, ContentType = "application/json", Body = [123],
            Reason = "not JSON: line 1, byte 2", Address = "203.0.113.7",
        },
        new StoreImages
        {
            JobId = One, OwnerId = Two, Prompt = "a fox", Model = "midjourney", Seed = 7, Operation = "imagine", ParentImageId = One,
            Sources = [new("https://pictures.example/1.png", ImageLayout.Grid)],
        },
        new ImageUploadMetadata("imagine", "a fox", "flux-schnell", 7, One, ImageLayout.Whole),
        new ImagesStored(One, Two, [new(One, Two, 1, "image/png", 512, 512, 1000, "ab")]),
        new ImagesFailed(One, Two, "E_IMAGE_GONE", "The picture is not there any more."),
        new EndpointDisabled(One, Two, "gone", Time),
        new DeliveryExhausted(One, Two, One, "job.completed", 8, Time),
    ];

    public static TheoryData<string> Names() => [.. Messages.Select(message => message.GetType().Name)];

    [Theory, MemberData(nameof(Names))]
    public async Task A_message_reads_and_writes_as_it_was_released(string name)
    {
        var message = Messages.Single(message => message.GetType().Name == name);
        var golden = await File.ReadAllTextAsync(
            Path.Combine(Checkout.Root, "tests", "Architecture.Tests", "Golden", $"{name}.json"), TestContext.Current.CancellationToken);

        Assert.Equal(golden.Trim(), JsonSerializer.Serialize(message, message.GetType(), Indented));
        var read = JsonSerializer.Deserialize(golden, message.GetType());
        Assert.Equal(golden.Trim(), JsonSerializer.Serialize(read, message.GetType(), Indented));
    }

    [Fact]
    public void Every_contract_has_a_golden_file()
    {
        var records = typeof(RunJob).Assembly.GetExportedTypes()
            .Where(type => type is { IsClass: true, IsAbstract: false } && type.GetMethod("<Clone>$") is not null)
            .Where(type => type != typeof(JobArtifact) && type != typeof(ImageSource) && type != typeof(StoredImage)); // parts of messages

        Assert.Equal(records.Select(type => type.Name).Order(), Names().Select(row => row.Data).Order());
    }
}
