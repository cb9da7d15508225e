using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace MjAspire.EndToEnd.Tests.Faults;

public sealed class ChangeJobs() : FaultyJobs(new ChangeApplication());

[CollectionDefinition]
public sealed class ChangeDialect : ICollectionFixture<ChangeJobs>;

[Collection<ChangeDialect>]
public sealed class ChangeDialectFaultTests(ChangeJobs jobs) : FaultTests(jobs);

[Collection<ChangeDialect>]
public sealed class ChangeDialectFollowUpTests(ChangeJobs jobs) : FollowUpTests(jobs)
{
    [Fact]
    public async Task What_goes_by_button_only_is_refused_and_what_is_offered_is_named()
    {
        using var refused = await Jobs.PostAsync(
            "/api/jobs", new { kind = "image", operation = "zoom", input_data = new { parent_job_id = await GridAsync(), factor = 2 } });

        Assert.Equal(HttpStatusCode.Conflict, refused.StatusCode);
        var problem = await refused.Content.ReadFromJsonAsync<JsonObject>(TestContext.Current.CancellationToken);
        Assert.Equal("E_NOT_ALLOWED", problem!["code"]!.GetValue<string>());
        Assert.Contains("reroll", problem["allowed"]!.AsArray().Select(offer => offer!.GetValue<string>()));
    }
}
