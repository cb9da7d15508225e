using MjAspire.Bench.Measuring;

namespace MjAspire.Bench.Tests;

public sealed class StatisticsTests
{
    [Theory]
    [InlineData(0.5, 50)]
    [InlineData(0.99, 99)]
    [InlineData(1, 100)]
    [InlineData(0, 1)]
    public void Percentile_is_the_value_that_so_many_do_not_exceed(double share, double expected) =>
        Assert.Equal(expected, Statistics.Percentile([.. Enumerable.Range(1, 100).Select(n => (double)n)], share));

    [Fact]
    public void Percentile_of_nothing_is_zero() => Assert.Equal(0, Statistics.Percentile([], 0.5));

    [Theory]
    [InlineData(new[] { 3.0, 1, 2 }, 2)]
    [InlineData(new[] { 4.0, 1, 2, 3 }, 2.5)]
    [InlineData(new double[0], 0)]
    public void Median_is_the_one_in_the_middle(double[] values, double expected) => Assert.Equal(expected, Statistics.Median(values));

    [Fact]
    public void Ratio_compares_neighbouring_legs_so_that_a_slow_moment_of_the_machine_hurts_neither()
    {
        var ratio = Statistics.Ratio([100, 10, 120], [200, 20, 200]);
        Assert.Equal(new Ratio(0.5, 0.5, 0.6), ratio);
    }

    [Fact]
    public void Ratio_of_nothing_is_zero() => Assert.Equal(new Ratio(0, 0, 0), Statistics.Ratio([], []));

    [Theory]
    [InlineData(150, 0.1, true)]
    [InlineData(149, 9.0, false)]
    public void Goal_of_a_rate_is_met_by_the_rate_alone(double rate, double ratio, bool expected) =>
        Assert.Equal(expected, Goal.Rate(150).IsMet(rate, new(ratio, ratio, ratio)));

    [Fact]
    public void Goal_of_a_ratio_is_not_met_without_a_ratio() => Assert.False(Goal.Times(0.5).IsMet(1e6, ratio: null));
}
