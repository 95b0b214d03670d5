"""Takes what somebody answers to an SMS: STOP ends SMS to their number from all calendars, START begins them."""

from shared.domain.messages.opt_out_words import ReplyEffect, wanted_by
from shared.use_cases.context import Context
from shared.use_cases.sms.opt_outs import code_of, record_opt_out


async def take_reply(number: str, text: str, message: str, *, context: Context) -> ReplyEffect:
    """Return what the answer with this id changed, empty if nothing: then nobody is to be told.

    Raise Ambiguous, and Stale if others write all the time.
    """
    wanted = wanted_by(text)
    if not wanted:
        return ""
    is_out = wanted == "stopped"
    code = code_of(context.secret, number)
    is_news = await record_opt_out(
        code, is_out=is_out, by="answer", store=context.store, now=context.now, message=message
    )
    return wanted if is_news else ""
