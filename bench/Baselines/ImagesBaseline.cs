using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Npgsql;

namespace MjAspire.Bench.Baselines;

/// <summary>A file by its hash: written beside, forced to disk, renamed, one row; read back by one query and sendfile.</summary>
internal static class ImagesBaseline
{
    public static async Task MapAsync(WebApplication app)
    {
        var database = NpgsqlDataSource.Create(app.Configuration.GetConnectionString("baseline") + ";Max Auto Prepare=10;No Reset On Close=true");
        await using (var create = database.CreateCommand("create table if not exists images (id uuid primary key, hash text not null)"))
            await create.ExecuteNonQueryAsync();
        var folder = Directory.CreateDirectory(Path.Combine(app.Configuration["Blobs:Path"]!, "baseline")).FullName;

        app.MapPost("/images", async (HttpContext context) =>
        {
            var id = Guid.CreateVersion7();
            var draft = Path.Combine(folder, $"{id:N}.new");
            string hash;
            await using (var file = new FileStream(draft, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 64 * 1024, FileOptions.Asynchronous))
            {
                await context.Request.Body.CopyToAsync(file);
                file.Flush(flushToDisk: true);
                file.Position = 0;
                hash = Convert.ToHexString(await SHA256.HashDataAsync(file));
            }
            File.Move(draft, Path.Combine(folder, hash), overwrite: true);
            await using var insert = database.CreateCommand("insert into images (id, hash) values ($1, $2)");
            insert.Parameters.Add(new() { Value = id });
            insert.Parameters.Add(new() { Value = hash });
            await insert.ExecuteNonQueryAsync();
            return Results.Created((string?)null, new { image_id = id });
        });

        app.MapGet("/images/{id:guid}/content", async (Guid id) =>
        {
            await using var select = database.CreateCommand("select hash from images where id = $1");
            select.Parameters.Add(new() { Value = id });
            return await select.ExecuteScalarAsync() is string hash ? Results.File(Path.Combine(folder, hash), "image/png") : Results.NotFound();
        });
    }
}
