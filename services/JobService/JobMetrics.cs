using System.Diagnostics.Metrics;
using MjAspire.JobService.Lifecycle;
using MjAspire.JobService.Storage;
using MjAspire.ServiceDefaults;

namespace MjAspire.JobService;

/// <summary>What JobService counts.</summary>
internal sealed class JobMetrics
{
    private readonly Counter<int> _created;
    private readonly Counter<int> _moved;
    private readonly Counter<int> _undone;
    private readonly Counter<int> _submits;
    private readonly Counter<int> _callbacks;
    private readonly Counter<int> _reconciled;
    private readonly Counter<int> _rested;
    private readonly Counter<int> _expired;
    private readonly Histogram<double> _inStatus;
    private readonly Histogram<double> _duration;

    public JobMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(Telemetry.Prefix + "Jobs");
        _created = meter.CreateCounter<int>("mjaspire.jobs.created", "{job}", "Jobs created, by kind and operation.");
        _moved = meter.CreateCounter<int>("mjaspire.jobs.transitions", "{transition}", "Accepted transitions, by status reached.");
        _undone = meter.CreateCounter<int>("mjaspire.jobs.inputs.undone", "{input}", "Inputs without effect: repeated or refused.");
        _submits = meter.CreateCounter<int>("mjaspire.jobs.submits", "{attempt}", "Submit attempts, by provider and outcome.");
        _callbacks = meter.CreateCounter<int>("mjaspire.jobs.callbacks", "{callback}", "Callbacks, by outcome.");
        _reconciled = meter.CreateCounter<int>("mjaspire.jobs.reconciled", "{job}", "Jobs the reconciler looked after, by phase.");
        _rested = meter.CreateCounter<int>("mjaspire.jobs.accounts.rested", "{rest}", "Engines' accounts left alone for a while, by account and reason.");
        _expired = meter.CreateCounter<int>("mjaspire.jobs.expired", "{job}", "Finished jobs deleted by the retention.");
        _inStatus = meter.CreateHistogram<double>("mjaspire.jobs.time_in_status", "s", "How long jobs stay in a status, by the status they leave.");
        _duration = meter.CreateHistogram<double>("mjaspire.jobs.duration", "s", "From creation to the end, by kind and final status.");
    }

    public void Created(Job job) => _created.Add(1, new("kind", Words.Of(job.Kind)), new("operation", job.Operation));

    public void Moved(Job before, Job after)
    {
        if (before.Status != after.Status)
        {
            _moved.Add(1, new KeyValuePair<string, object?>("status", Words.Of(after.Status)));
            var since = before.Status == Contracts.Jobs.JobStatus.Running ? before.StartedAt ?? before.CreatedAt : before.UpdatedAt;
            _inStatus.Record((after.UpdatedAt - since).TotalSeconds, new KeyValuePair<string, object?>("status", Words.Of(before.Status)));
        }
        if (after.FinishedAt is { } finished)
            _duration.Record((finished - after.CreatedAt).TotalSeconds, new("kind", Words.Of(after.Kind)), new("status", Words.Of(after.Status)));
    }

    public void Undone(JobInput input, JobDecision decision) =>
        _undone.Add(1, new("input", input.GetType().Name), new("decision", decision.GetType().Name));

    public void Submit(string provider, string outcome) => _submits.Add(1, new("provider", provider), new("outcome", outcome));

    public void Callback(string outcome) => _callbacks.Add(1, new KeyValuePair<string, object?>("outcome", outcome));

    /// <param name="reason">quota or key.</param>
    public void Rested(string account, string reason) => _rested.Add(1, new("provider", account), new("reason", reason));

    public void Expired(int jobs) => _expired.Add(jobs);

    public void Reconciled(JobPhase phase) => _reconciled.Add(1, new KeyValuePair<string, object?>("phase", phase.ToString()));
}
