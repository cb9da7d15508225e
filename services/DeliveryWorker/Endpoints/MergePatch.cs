using System.Text.Json.Nodes;

namespace MjAspire.DeliveryWorker.Endpoints;

/// <summary>RFC 7396: what the patch names is replaced, null removes, objects are merged, everything else stays.</summary>
internal static class MergePatch
{
    public static JsonNode? Apply(JsonNode? target, JsonNode? patch)
    {
        if (patch is not JsonObject changes)
            return patch?.DeepClone();

        var merged = target is JsonObject present ? (JsonObject)present.DeepClone() : [];
        foreach (var (name, value) in changes)
        {
            if (value is null)
                merged.Remove(name);
            else
                merged[name] = Apply(merged[name], value);
        }
        return merged;
    }
}
