using MassTransit;
using MjAspire.JobService.Callbacks;
using MjAspire.JobService.Completing;
using MjAspire.JobService.Creating;
using MjAspire.JobService.Lifecycle;
using MjAspire.JobService.Providers;
using MjAspire.JobService.Querying;
using MjAspire.JobService.Running;
using MjAspire.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.AddDatabase("jobs");
builder.AddOutbox();
builder.AddMessaging(bus =>
{
    bus.AddConsumer<RunJobConsumer, RunJobDefinition>();
    bus.AddConsumer<ProviderCallbackConsumer, ProviderCallbackDefinition>();
    bus.AddConsumer<ImagesStoredConsumer, ImagesStoredDefinition>();
    bus.AddConsumer<ImagesFailedConsumer, ImagesFailedDefinition>();
});
builder.AddJobs();
builder.AddProviders();

var app = builder.Build();
app.UseServiceDefaults();

var api = app.MapGroup("/api").RequireInternalKey();
CreateJob.Map(api);
GetJob.Map(api);

app.Run();
