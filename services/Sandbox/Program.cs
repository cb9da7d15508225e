using MjAspire.Sandbox;
using MjAspire.Sandbox.Drawing;
using MjAspire.Sandbox.Engines;
using MjAspire.Sandbox.Faults;
using MjAspire.Sandbox.Purchasing;
using MjAspire.Sandbox.Querying;
using MjAspire.Sandbox.Running;
using MjAspire.Sandbox.Submitting;
using MjAspire.Sandbox.Wire;
using MjAspire.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.AddSandboxOptions();
builder.AddWireFormat();
builder.AddRunning();
builder.Services.AddSingleton<FaultBook>();
builder.Services.AddSingleton<PurchaseBook>();
builder.Services.AddSingleton<Desk>();
builder.Services.AddSingleton<Studio>();

var app = builder.Build();
app.UseServiceDefaults();
foreach (var speed in Speed.All)
{
    var midjourney = app.MapGroup(speed.Prefix).WithMetadata(speed).RequireApiSecret();
    midjourney.MapSubmitting();
    midjourney.MapQuerying();
}
app.MapPictures();
app.MapWorkersAi();
app.MapOpenAi();
app.MapPurchases();
await app.RunAsync();
