using MjAspire.ImageStore;
using MjAspire.ImageStore.Blobs;
using MjAspire.ImageStore.Checking;
using MjAspire.ImageStore.Fetching;
using MjAspire.ImageStore.Imaging;
using MjAspire.ImageStore.Maintaining;
using MjAspire.ImageStore.Receiving;
using MjAspire.ImageStore.Retaining;
using MjAspire.ImageStore.Serving;
using MjAspire.ImageStore.Storage;
using MjAspire.ImageStore.Storing;
using MjAspire.ServiceDefaults;

if (Maintenance.Is(args))
    return await Maintenance.RunAsync(args);

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.Services.AddSingleton<ImageStoreMetrics>();
builder.AddStorage().AddBlobs().AddFetching().AddChecking().AddImaging();
builder.AddStoring(); // after the blobs: a message needs somewhere to put its bytes
builder.AddReceiving().AddServing().AddRetaining();

var app = builder.Build();
app.UseServiceDefaults();
app.MapReceiving();
app.MapServing();
await app.RunAsync();
return 0;
