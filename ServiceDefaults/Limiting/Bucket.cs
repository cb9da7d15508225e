namespace MjAspire.ServiceDefaults.Limiting;

/// <summary>A bucket of tokens, and how many are wanted. What is limited takes them; the bucket fills steadily.</summary>
/// <param name="Name">Whose it is: <c>key:{id}</c>. All replicas, and all services, that use one name share one bucket.</param>
/// <param name="Burst">Tokens a full bucket holds: how many may come at once.</param>
/// <param name="PerMinute">Tokens that flow in each minute: how many may come in the long run.</param>
/// <param name="Tokens">How many are taken; more than <paramref name="Burst"/> are never there at once.</param>
public readonly record struct Bucket(string Name, int Burst, int PerMinute, int Tokens = 1);

/// <summary>What is left in Redis with the tokens, for whoever comes next: <c>{Key} = {Value}</c>, for so long.</summary>
public readonly record struct Mark(string Key, string Value, TimeSpan For);

/// <summary>What the buckets said.</summary>
/// <param name="Remaining">Whole tokens left, in the emptiest.</param>
/// <param name="After">Until there are enough in each, when refused; until all are full, when granted.</param>
public readonly record struct Grant(bool Granted, int Remaining, TimeSpan After);
