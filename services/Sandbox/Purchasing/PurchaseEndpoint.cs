using Microsoft.AspNetCore.Http.HttpResults;

namespace MjAspire.Sandbox.Purchasing;

internal static class PurchaseEndpoint
{
    /// <summary>
    /// <c>GET /sandbox/purchases?state=...</c>, open to everyone as the sandbox is development only; no hook is in it:
    /// <code>[{"state":"...","taskId":"1689231405853400","prompt":"a fox","at":"2026-01-31T12:00:00+00:00"}]</code>
    /// </summary>
    public static void MapPurchases(this WebApplication app) => app.MapGet("/sandbox/purchases", List);

    private static Ok<Purchase[]> List(string? state, PurchaseBook purchases) => TypedResults.Ok(purchases.List(state));
}
