using System.Buffers.Text;
using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using MjAspire.Testing;

namespace MjAspire.McpGateway.Tests;

/// <summary>Access tokens of an issuer that is not ours, on a socket of its own.</summary>
public sealed class TokenTests(Gateway gateway) : IClassFixture<Gateway>, IAsyncLifetime
{
    private const string Audience = "https://mj.example.com/mcp";

    private readonly RSA _rsa = RSA.Create(2_048);
    private readonly ECDsa _curve = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private WebApplication? _issuer;
    private RunningService? _service;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Issuer => _issuer!.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _issuer = builder.Build();
        _issuer.MapGet("/.well-known/openid-configuration", () => Results.Text($$"""{"issuer":"{{Issuer}}","jwks_uri":"{{Issuer}}/keys"}""", "application/json"));
        _issuer.MapGet("/keys", () => Results.Text(Jwks(), "application/json"));
        await _issuer.StartAsync();
        _service = await gateway.StartAnotherAsync(("Tokens:Issuer", Issuer), ("Tokens:Audience", Audience));
    }

    public async ValueTask DisposeAsync()
    {
        if (_service is not null)
            await _service.DisposeAsync();
        if (_issuer is not null)
            await _issuer.DisposeAsync();
        _rsa.Dispose();
        _curve.Dispose();
    }

    [Theory]
    [InlineData("RS256")]
    [InlineData("PS256")]
    [InlineData("ES256")]
    public async Task A_token_of_the_issuer_is_a_caller_with_its_scopes(string algorithm)
    {
        using var http = gateway.CreateClient(Sign(algorithm, Claims()), _service!.Address);
        using var started = await http.PostAsJsonAsync("/imagine", new { prompt = "x" }, Token);
        Assert.Equal(HttpStatusCode.Accepted, started.StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync(started.Headers.Location, Token)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await http.GetAsync("/api/keys", Token)).StatusCode);

        using var other = gateway.CreateClient(Sign(algorithm, Claims(claims => claims["sub"] = "bob")), _service!.Address);
        Assert.Equal(HttpStatusCode.NotFound, (await other.GetAsync(started.Headers.Location, Token)).StatusCode);
    }

    public static TheoryData<string> Faults =>
        ["expired", "early", "no end", "other audience", "no audience", "other issuer", "no subject", "changed", "none", "hmac", "unknown key", "critical", "other type", "key of another algorithm"];

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task A_token_that_is_not_in_order_is_refused(string fault)
    {
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        var token = fault switch
        {
            "expired" => Sign("RS256", Claims(claims => claims["exp"] = now - 60)),
            "early" => Sign("RS256", Claims(claims => claims["nbf"] = now + 60)),
            "no end" => Sign("RS256", Claims(claims => claims.Remove("exp"))),
            "other audience" => Sign("RS256", Claims(claims => claims["aud"] = "https://other.example.com")),
            "no audience" => Sign("RS256", Claims(claims => claims.Remove("aud"))),
            "other issuer" => Sign("RS256", Claims(claims => claims["iss"] = "https://other.example.com")),
            "no subject" => Sign("RS256", Claims(claims => claims.Remove("sub"))),
            "changed" => Changed(Sign("RS256", Claims())),
            "none" => $"{Encode(new JsonObject { ["alg"] = "none", ["kid"] = "RS256" })}.{Encode(Claims())}.",
            "hmac" => Sign("HS256", Claims(), "RS256"),
            "unknown key" => Sign("RS256", Claims(), "stranger"),
            "critical" => Sign("RS256", Claims(), header: header => header["crit"] = new JsonArray("b64")),
            "other type" => Sign("RS256", Claims(), header: header => header["typ"] = "secevent+jwt"),
            _ => Sign("RS256", Claims(), "PS256"),
        };
        using var http = gateway.CreateClient(token, _service!.Address);
        using var response = await http.GetAsync("/api/webhooks", Token);
        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Contains("resource_metadata=", response.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_without_a_token_learns_who_gives_one()
    {
        using var refused = await _service!.Http.PostAsync("/mcp", null, Token);
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        var challenge = refused.Headers.WwwAuthenticate.ToString();
        var url = challenge[(challenge.IndexOf("resource_metadata=\"", StringComparison.Ordinal) + 19)..^1];

        var metadata = (await _service.Http.GetFromJsonAsync<JsonObject>(url, Token))!;
        Assert.Equal((Audience, Issuer), ((string?)metadata["resource"], (string?)metadata["authorization_servers"]![0]));
        Assert.Contains("generate", metadata["scopes_supported"]!.AsArray().Select(scope => (string?)scope));

        using var off = await gateway.Anonymous.GetAsync("/.well-known/oauth-protected-resource", Token);
        Assert.Equal(HttpStatusCode.NotFound, off.StatusCode);
    }

    [Fact]
    public async Task API_keys_go_on_working_beside_tokens_and_tokens_without_an_issuer_do_not()
    {
        using var admin = gateway.CreateClient(address: _service!.Address);
        Assert.Equal(HttpStatusCode.OK, (await admin.GetAsync("/api/webhooks", Token)).StatusCode);
        using var stranger = gateway.CreateClient(Sign("RS256", Claims()));
        Assert.Equal(HttpStatusCode.Unauthorized, (await stranger.GetAsync("/api/webhooks", Token)).StatusCode);
    }

    [Fact]
    public async Task While_the_issuer_is_away_a_token_is_neither_right_nor_wrong()
    {
        await using var lonely = await gateway.StartAnotherAsync(("Tokens:Issuer", "http://127.0.0.1:9"), ("Tokens:Audience", Audience));
        using var http = gateway.CreateClient(Sign("RS256", Claims()), lonely.Address);
        using var response = await http.GetAsync("/api/webhooks", Token);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.NotNull(response.Headers.RetryAfter);
    }

    [Fact]
    public async Task An_issuer_without_tls_is_not_accepted_at_start()
    {
        var error = await Assert.ThrowsAnyAsync<Exception>(() => gateway.StartAnotherAsync(("Tokens:Issuer", "http://login.example.com"), ("Tokens:Audience", Audience)));
        Assert.Contains("https", error.GetBaseException().Message, StringComparison.Ordinal);
    }

    private JsonObject Claims(Action<JsonObject>? change = null)
    {
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        var claims = new JsonObject
        {
            ["iss"] = Issuer,
            ["aud"] = new JsonArray("https://other.example.com", Audience),
            ["sub"] = "alice",
            ["scope"] = "openid generate read webhooks",
            ["iat"] = now,
            ["exp"] = now + 600,
        };
        change?.Invoke(claims);
        return claims;
    }

    private string Sign(string algorithm, JsonObject claims, string? kid = null, Action<JsonObject>? header = null)
    {
        var head = new JsonObject { ["alg"] = algorithm, ["kid"] = kid ?? algorithm, ["typ"] = "at+jwt" };
        header?.Invoke(head);
        var signed = $"{Encode(head)}.{Encode(claims)}";
        var data = Encoding.ASCII.GetBytes(signed);
        return $"{signed}.{Base64Url.EncodeToString(algorithm switch
        {
            "RS256" => _rsa.SignData(data, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1),
            "PS256" => _rsa.SignData(data, HashAlgorithmName.SHA256, RSASignaturePadding.Pss),
            "ES256" => _curve.SignData(data, HashAlgorithmName.SHA256),
            _ => HMACSHA256.HashData(Encoding.ASCII.GetBytes(_rsa.ExportRSAPublicKeyPem()), data),
        })}";
    }

    private string Jwks()
    {
        var (rsa, curve) = (_rsa.ExportParameters(false), _curve.ExportParameters(false));
        var (n, e) = (Base64Url.EncodeToString(rsa.Modulus), Base64Url.EncodeToString(rsa.Exponent));
        return $$"""
            {"keys":[{"kty":"RSA","kid":"RS256","use":"sig","alg":"RS256","n":"{{n}}","e":"{{e}}"},
                     {"kty":"RSA","kid":"PS256","use":"sig","alg":"PS256","n":"{{n}}","e":"{{e}}"},
                     {"kty":"EC","kid":"ES256","crv":"P-256","x":"{{Base64Url.EncodeToString(curve.Q.X)}}","y":"{{Base64Url.EncodeToString(curve.Q.Y)}}"},
                     {"kty":"oct","kid":"hmac","k":"c2VjcmV0"}]}
            """;
    }

    private static string Encode(JsonObject part) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(part.ToJsonString()));

    private static string Changed(string token)
    {
        var parts = token.Split('.');
        var claims = JsonNode.Parse(Base64Url.DecodeFromChars(parts[1]))!.AsObject();
        claims["scope"] = "admin";
        return $"{parts[0]}.{Encode(claims)}.{parts[2]}";
    }
}
