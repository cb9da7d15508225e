namespace MjAspire.Sandbox.Drawing;

/// <summary>SplitMix64: the same throws for the same seed on every machine and runtime, which System.Random does not promise.</summary>
internal struct Dice(ulong seed)
{
    private ulong _state = seed;

    public static ulong Mix(ulong a, ulong b) => new Dice(a ^ ulong.RotateLeft(b, 29)).Next();

    /// <summary>FNV-1a, folded by one throw.</summary>
    public static ulong Hash(string text)
    {
        var hash = 14695981039346656037UL;
        foreach (var c in text)
            hash = (hash ^ c) * 1099511628211UL;
        return new Dice(hash).Next();
    }

    public ulong Next()
    {
        var z = _state += 0x9E3779B97F4A7C15UL;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
        return z ^ (z >> 31);
    }

    public float Between(float low, float high) => low + (high - low) * ((Next() >> 40) / (float)(1 << 24));

    public int Below(int limit) => (int)(Next() % (uint)limit);

    public bool Chance(float probability) => Between(0, 1) < probability;
}
