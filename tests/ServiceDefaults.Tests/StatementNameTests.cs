namespace MjAspire.ServiceDefaults.Tests;

public class StatementNameTests
{
    [Theory]
    [InlineData("select id, x from jobs where id = 1", "select jobs")]
    [InlineData("insert into job_history (a) values (1)", "insert job_history")]
    [InlineData("\n  update jobs set a = 1\n  where id in (select id from jobs)", "update jobs")]
    [InlineData("delete from outbox where id = any(@ids)", "delete outbox")]
    [InlineData("BEGIN", "begin")]
    public void A_statement_is_named_by_what_it_does_to_which_table(string statement, string name) =>
        Assert.Equal(name, StatementName.Of(statement));
}
