"""What the timer does about holds: checks them, gives them back, and puts them where people work now."""

from collections.abc import Callable

from shared.domain.appointments.recipients import Recipient
from shared.domain.errors import TryAgain
from shared.records.holding.holds import hold_named
from shared.records.table import Ambiguous, Stale
from shared.use_cases.context import Context
from shared.use_cases.people.hold_again import hold_again
from shared.use_cases.ports import MailUnavailable


HOLDS = ("hold", "release", "holdings")  # the kinds of outbox entries that are served here


async def serve_hold(
    kind: str, recipient: Recipient, business: str, *, context: Context, may_go_on: Callable[[], bool]
) -> bool:
    """Do what an outbox entry about holds asks for; return false if the time was up.

    Raise MailUnavailable where it is to be tried again later.
    """
    try:
        if kind == "holdings":
            return await hold_again(recipient.person, business=business, context=context, may_go_on=may_go_on)
        if kind == "release":
            await context.store.holds.remove(*hold_named(recipient))
        elif not await context.store.holds.check(business, recipient.person):
            raise MailUnavailable("its command may still be under way")
    except (Ambiguous, Stale, TryAgain) as error:
        raise MailUnavailable(type(error).__name__) from error
    return True
