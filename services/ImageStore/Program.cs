using MassTransit;
using MjAspire.ImageStore;
using MjAspire.ImageStore.Blobs;
using MjAspire.ImageStore.Cropping;
using MjAspire.ImageStore.Fetching;
using MjAspire.ImageStore.Serving;
using MjAspire.ImageStore.Storage;
using MjAspire.ImageStore.Storing;
using MjAspire.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.AddDatabase("images");
builder.AddBlobs(); // before the bus: a message needs somewhere to put its bytes
builder.AddMessaging(bus => bus.AddConsumer<StoreImagesConsumer, StoreImagesConsumerDefinition>());
builder.Services.AddSingleton<ImagesTable>();
builder.Services.AddSingleton<ImageStoreMetrics>();
builder.AddFetching();
builder.AddStoring();
builder.AddCropping();
builder.AddServing();

var app = builder.Build();
app.UseServiceDefaults();
app.MapServing();
app.Run();
