using MjAspire.Testing;

[assembly: AssemblyFixture(typeof(Servers))]
