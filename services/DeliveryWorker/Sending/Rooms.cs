using System.Runtime.InteropServices;
using Microsoft.Extensions.Options;
using MjAspire.DeliveryWorker.Storage;

namespace MjAspire.DeliveryWorker.Sending;

/// <summary>
/// How many attempts are under way, in all and to each endpoint, and how many more may begin. An endpoint begins with a few places and earns
/// more by answering quickly; one that answers slowly loses them again, and all slow ones together, like all retries together, hold half of the
/// places at most: however many are in a bad way, the others find room.
/// </summary>
internal sealed class Rooms(IOptions<DeliveryOptions> options, TimeProvider time)
{
    /// <summary>Slow endpoints that are remembered while nothing is under way to them; beyond this many they are forgotten and found out again.</summary>
    private const int MostIdle = 5_000;

    /// <summary>A quick endpoint is forgotten when nothing was under way to it for this long.</summary>
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(2);

    private readonly Lock _lock = new();
    private readonly Dictionary<Guid, Room> _rooms = [];
    private readonly int _total = options.Value.Concurrency;
    private readonly int _first = Math.Min(4, options.Value.ConcurrencyPerEndpoint);
    private int _taken;
    private int _retries;
    private int _turn;

    public int Taken
    {
        get
        {
            lock (_lock)
                return _taken;
        }
    }

    /// <summary>How many attempts of this lane may begin.</summary>
    public int Free(bool isRetry)
    {
        lock (_lock)
            return Math.Max(0, isRetry ? Math.Min(_total - _taken, (_total / 2) - _retries) : _total - _taken);
    }

    /// <summary>What is left for the endpoints that have not all of the room a stranger has.</summary>
    public RoomLeft Left(bool isRetry)
    {
        lock (_lock)
        {
            var now = time.GetTimestamp();
            List<Guid> endpoints = [];
            List<int> places = [];
            var slow = _rooms.Where(entry => entry.Value.IsSlow).ToArray();
            var slowPlaces = (_total / 2) - slow.Sum(entry => entry.Value.Taken);

            // Each time another one is asked first, so that when there is not enough for all each gets its turn.
            _turn++;
            for (var i = 0; i < slow.Length; i++)
            {
                var (endpoint, room) = slow[(i + _turn) % slow.Length];
                var left = Math.Clamp(Left(room, isRetry, now), 0, Math.Max(0, slowPlaces));
                slowPlaces -= left;
                endpoints.Add(endpoint);
                places.Add(left);
            }
            foreach (var (endpoint, room) in _rooms)
            {
                if (room.IsSlow)
                    continue;
                var left = Left(room, isRetry, now);
                if (room.Taken == 0 && left >= _first && time.GetElapsedTime(room.LeftAt, now) > Idle)
                {
                    _rooms.Remove(endpoint);
                    continue;
                }
                endpoints.Add(endpoint);
                places.Add(left);
            }
            return new([.. endpoints], [.. places], _first);
        }
    }

    public void Take(Recipient recipient, bool isRetry)
    {
        lock (_lock)
        {
            _taken++;
            ref var room = ref CollectionsMarshal.GetValueRefOrAddDefault(_rooms, recipient.Id, out _);
            room ??= new(_first);
            room.Taken++;
            if (isRetry)
            {
                _retries++;
                room.Retries++;
            }
            room.Rate.Spend(recipient.RateLimit, time);
        }
    }

    public void Leave(Recipient recipient, bool isRetry, Answer? answer, TimeSpan duration)
    {
        lock (_lock)
        {
            _taken--;
            var room = _rooms[recipient.Id];
            room.Taken--;
            room.LeftAt = time.GetTimestamp();
            if (isRetry)
            {
                _retries--;
                room.Retries--;
            }
            if (answer is not null)
                Learn(room, answer, duration);
            if (_rooms.Count > MostIdle)
                Forget();
        }
    }

    private void Learn(Room room, Answer answer, TimeSpan duration)
    {
        room.IsSlow = answer.Error == Answer.Timeout || duration > options.Value.SlowAfter;
        if (answer.Error == Answer.Timeout || answer.IsThrottling)
            room.Limit = 1;
        else if (room.IsSlow)
            room.Limit = Math.Max(1, room.Limit / 2);
        else
            room.Limit = Math.Min(options.Value.ConcurrencyPerEndpoint, room.Limit + 1);
        if (answer.IsThrottling && answer.RetryAfter is { } pause)
            room.ClosedUntil = time.GetTimestamp() + (long)(RetrySchedule.Bound(pause).TotalSeconds * time.TimestampFrequency);
    }

    /// <summary>Retries get half of an endpoint's places, so that old failures do not keep what is new waiting.</summary>
    private int Left(Room room, bool isRetry, long now)
    {
        if (now < room.ClosedUntil)
            return 0;
        var left = room.Limit - room.Taken;
        if (isRetry)
            left = Math.Min(left, Math.Max(1, room.Limit / 2) - room.Retries);
        return Math.Clamp(left, 0, room.Rate.Left(time));
    }

    private void Forget()
    {
        foreach (var (endpoint, room) in _rooms)
        {
            if (room.Taken == 0)
                _rooms.Remove(endpoint);
        }
    }

    private sealed class Room(int limit)
    {
        public int Taken;
        public int Retries;
        public int Limit = limit;
        public bool IsSlow;
        public long ClosedUntil;
        public long LeftAt;
        public readonly RateLimit Rate = new();
    }
}
