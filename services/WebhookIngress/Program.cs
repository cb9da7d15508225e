using MjAspire.ServiceDefaults;
using MjAspire.WebhookIngress;
using MjAspire.WebhookIngress.Receiving;
using MjAspire.WebhookIngress.Redacting;
using MjAspire.WebhookIngress.Verifying;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.AddCache();
builder.AddMessaging();
builder.AddWebhookOptions();
builder.AddRedaction();
builder.AddReceiving();
builder.Services.AddSingleton<Verifier>();
builder.Services.AddSingleton<IngressMetrics>();

var app = builder.Build();
app.UseServiceDefaults();
app.MapReceiving();
app.MapStatus();
await app.RunAsync();
