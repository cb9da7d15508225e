using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using MjAspire.Bench.Harness;
using Npgsql;

namespace MjAspire.Bench.Baselines;

/// <summary>A body under an HMAC, checked and inserted: one row, one statement, one commit.</summary>
internal static class CreateBaseline
{
    public static async Task MapAsync(WebApplication app)
    {
        var database = NpgsqlDataSource.Create(app.Configuration.GetConnectionString("baseline") + ";Max Auto Prepare=10;No Reset On Close=true");
        await using (var create = database.CreateCommand("create table if not exists jobs (id uuid primary key, owner_id uuid not null, input_data jsonb not null)"))
            await create.ExecuteNonQueryAsync();
        var key = Encoding.UTF8.GetBytes(Stage.InternalKey);

        app.MapPost("/jobs", async (HttpContext context) =>
        {
            using var buffer = new MemoryStream();
            await context.Request.Body.CopyToAsync(buffer);
            var body = buffer.ToArray();
            if (!CryptographicOperations.FixedTimeEquals(
                Convert.FromBase64String(context.Request.Headers["X-Signature"].ToString()), HMACSHA256.HashData(key, body)))
                return Results.Unauthorized();

            using var json = JsonDocument.Parse(body);
            var id = Guid.CreateVersion7();
            await using var insert = database.CreateCommand("insert into jobs (id, owner_id, input_data) values ($1, $2, $3::jsonb)");
            insert.Parameters.Add(new() { Value = id });
            insert.Parameters.Add(new() { Value = Guid.Parse(context.Request.Headers["X-Owner-Id"].ToString()) });
            insert.Parameters.Add(new() { Value = json.RootElement.GetProperty("input_data").GetRawText() });
            await insert.ExecuteNonQueryAsync();
            return Results.Created((string?)null, new { job_id = id });
        });
    }
}
