using MassTransit;
using Microsoft.AspNetCore.Mvc;
using MjAspire.DeliveryWorker;
using MjAspire.DeliveryWorker.Endpoints;
using MjAspire.DeliveryWorker.Planning;
using MjAspire.DeliveryWorker.Pushing;
using MjAspire.DeliveryWorker.Replaying;
using MjAspire.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.AddDatabase("deliveries", plannerOptions: Delivery.AlwaysByIndex);
builder.AddMessaging(bus =>
{
    bus.AddConsumer<PlanDeliveriesConsumer, PlanDeliveriesConsumerDefinition>();
    bus.AddConsumer<PlanImageEventsConsumer, PlanImageEventsConsumerDefinition>();
    bus.AddConsumer<PlanCallbackEventsConsumer, PlanCallbackEventsConsumerDefinition>();
    bus.AddConsumer<PlanNoticesConsumer, PlanNoticesConsumerDefinition>();
});
builder.AddOutbox();
builder.Services.AddDelivery();

var app = builder.Build();
app.UseServiceDefaults();

var api = app.MapGroup("/api").RequireInternalKey().WithMetadata(new RequestSizeLimitAttribute(64 * 1024));
api.MapEndpoints();
api.MapDeliveries();
api.MapRegistration();
api.MapPush();

app.Run();
