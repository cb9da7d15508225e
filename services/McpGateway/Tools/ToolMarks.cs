namespace MjAspire.McpGateway.Tools;

/// <summary>What an API key must be good for to call the tool; one of <see cref="Keys.Scopes"/>.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class NeedsScopeAttribute(string scope) : Attribute
{
    public string Scope => scope;
}

/// <summary>The tool starts a job; for a client that knows tasks, its result is one.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class StartsJobAttribute : Attribute;
