using MjAspire.Bench.Baselines;
using MjAspire.Bench.Harness;
using MjAspire.Bench.Measuring;
using MjAspire.Bench.Paths;
using MjAspire.Bench.Reporting;

if (args is ["serve", var baseline])
{
    await Baseline.ServeAsync(baseline);
    return 0;
}

var settings = Settings.Read(args);
var paths = BenchPath.All.Where(path => settings.Names.Count == 0 || settings.Names.Contains(path.Name)).ToList();
if (paths.Count == 0)
{
    Console.Error.WriteLine($"bench: there is no such path. Known: {string.Join(", ", BenchPath.All.Select(path => path.Name))}.");
    return 1;
}

var results = new List<Result>();
var failed = false;
foreach (var path in paths)
{
    Console.WriteLine(path.Name);
    try
    {
        await using var stage = await Stage.StartAsync();
        results.AddRange(await path.RunAsync(stage, settings));
    }
    catch (Exception error) // the others are worth knowing all the same
    {
        failed = true;
        Console.Error.WriteLine($"bench: {path.Name} failed: {(error is BenchException ? error.Message : error)}");
    }
}

Report.Write(results, settings, isWhole: settings.Names.Count == 0 && !failed);
return failed ? 1 : 0;
