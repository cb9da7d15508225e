namespace MjAspire.Sandbox.Faults;

/// <summary>
/// What the sandbox does wrong when asked to, as the relays are seen to. The setting <c>Sandbox:Fault</c> asks for every task, a prompt for its own:
/// <c>a fox --fault lost-callback</c>, which wins over the setting. <c>name:2</c> stands for the first two submits of that prompt and state only,
/// so that a third succeeds. Several go together: <c>--fault queue-full-23:2 --fault out-of-order</c>; in the setting, with commas.
/// <code>
/// at the submit, nothing is taken
///   queue-full-9            code 9
///   queue-full-23           code 23
///   banned-prompt           code 24
///   second-envelope         {"success":false,"code":-1,"message":"...","timestamp":"..."}, HTTP 200
///   rate-limited            429 without a body, with Retry-After on every second one
///   unauthorized-text       401 in plain text
///   reset-before            the connection is reset
/// at its answer, the task is taken and goes its way
///   connection-reset        the connection is reset instead of an answer
///   slow-answer             the answer comes after Sandbox:SlowMs
///   callback-before-response the hook is told first, of everything that happens within five seconds
/// while it runs
///   stuck-93                IN_PROGRESS at 93 % for ever
///   banned-later            FAILURE at once, for the prompt
///   moderated               FAILURE at 60 %, for the picture
///   modal                   ends in MODAL and waits for mj/submit/modal
///   restart                 at 50 % the task is forgotten: fetch knows nothing of it, the hook hears no more
/// when the hook is told
///   lost-callback           nothing
///   stuck-callback-93       nothing after 93 %, though fetch shows SUCCESS
///   duplicate-terminal      the terminal state, twice
///   failure-then-success    FAILURE, then SUCCESS; fetch never shows the failure
///   out-of-order            every other change after its successor: the last is progress after SUCCESS
/// when it is asked for
///   empty-fetch             the first asks, three or as many as its number says, are answered with an empty 200
///   dead-link               SUCCESS, but the picture's address answers 404
///   html-image              SUCCESS, but the address serves an HTML page as image/png
/// </code>
/// </summary>
internal static class Fault
{
    public const string QueueFull9 = "queue-full-9";
    public const string QueueFull23 = "queue-full-23";
    public const string BannedPrompt = "banned-prompt";
    public const string SecondEnvelope = "second-envelope";
    public const string RateLimited = "rate-limited";
    public const string UnauthorizedText = "unauthorized-text";
    public const string ResetBefore = "reset-before";
    public const string ConnectionReset = "connection-reset";
    public const string SlowAnswer = "slow-answer";
    public const string CallbackBeforeResponse = "callback-before-response";
    public const string Stuck93 = "stuck-93";
    public const string BannedLater = "banned-later";
    public const string Moderated = "moderated";
    public const string Modal = "modal";
    public const string Restart = "restart";
    public const string LostCallback = "lost-callback";
    public const string StuckCallback93 = "stuck-callback-93";
    public const string DuplicateTerminal = "duplicate-terminal";
    public const string FailureThenSuccess = "failure-then-success";
    public const string OutOfOrder = "out-of-order";
    public const string EmptyFetch = "empty-fetch";
    public const string DeadLink = "dead-link";
    public const string HtmlImage = "html-image";

    public static IReadOnlyList<string> All { get; } =
    [
        QueueFull9, QueueFull23, BannedPrompt, SecondEnvelope, RateLimited, UnauthorizedText, ResetBefore,
        ConnectionReset, SlowAnswer, CallbackBeforeResponse,
        Stuck93, BannedLater, Moderated, Modal, Restart,
        LostCallback, StuckCallback93, DuplicateTerminal, FailureThenSuccess, OutOfOrder,
        EmptyFetch, DeadLink, HtmlImage,
    ];
}
