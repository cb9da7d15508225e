using MassTransit;
using Microsoft.AspNetCore.Mvc;
using MjAspire.JobService.Administering;
using MjAspire.JobService.Answering;
using MjAspire.JobService.Batching;
using MjAspire.JobService.Callbacks;
using MjAspire.JobService.Cancelling;
using MjAspire.JobService.Completing;
using MjAspire.JobService.Creating;
using MjAspire.JobService.Lifecycle;
using MjAspire.JobService.Providers;
using MjAspire.JobService.Querying;
using MjAspire.JobService.Reporting;
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
builder.AddRunning();

var app = builder.Build();
app.UseServiceDefaults();

var api = app.MapGroup("/api").RequireInternalKey().WithMetadata(new RequestSizeLimitAttribute(256 << 10));
CreateJob.Map(api);
RetryJob.Map(api);
GetJob.Map(api);
ReadJobs.Map(api);
ListJobs.Map(api);
ListModels.Map(api);
UpdateStatus.Map(api);
CompleteJob.Map(api);
AnswerJob.Map(api);
CancelJob.Map(api);
BatchRoutes.Map(api);
EngineRoutes.Map(api);

app.Run();
