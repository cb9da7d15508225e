namespace MjAspire.McpGateway.Keys;

/// <summary>The key a request came with, for what outlives the request's beginning: it may expire or be revoked while a stream is open.</summary>
internal sealed record Credential(Func<CancellationToken, ValueTask<bool>> IsValidAsync);
