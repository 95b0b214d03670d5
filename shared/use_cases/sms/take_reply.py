"""Takes what somebody answers to an SMS: STOP ends SMS to their number from all calendars, START begins them."""

import unicodedata
from datetime import datetime
from typing import Literal

from shared.use_cases.ports import Store
from shared.use_cases.sms.opt_outs import code_of, record_opt_out


SEVEN = ("stop", "quit", "end", "revoke", "opt out", "cancel", "unsubscribe")  # which count in the United States
STOP_WORDS = frozenset(
    (
        *(*SEVEN, "optout", "stopall", "stop all"),
        *("arret", "arreter", "desabonner"),
        *("стоп", "отмена", "отписаться", "прекратить"),
        *("pare", "parar", "sair", "cancelar", "remover"),
    )
)
START_WORDS = frozenset(
    ("start", "unstop", "yes", "commencer", "reprendre", "старт", "начать", "iniciar", "voltar")
)
ReplyEffect = Literal["stopped", "started", ""]


async def take_reply(
    number: str, text: str, message: str, *, store: Store, secret: str, now: datetime
) -> ReplyEffect:
    """Return what the answer with this id changed, empty if nothing: then nobody is to be told.

    Raise Ambiguous, and Stale if others write all the time.
    """
    wanted = wanted_by(text)
    if not wanted:
        return ""
    is_out = wanted == "stopped"
    code = code_of(secret, number)
    is_news = await record_opt_out(code, is_out=is_out, by="answer", store=store, now=now, message=message)
    return wanted if is_news else ""


def wanted_by(text: str) -> ReplyEffect:
    """Return what the whole of an answer asks for, whatever its case, accents and punctuation."""
    plain = "".join(one for one in unicodedata.normalize("NFD", text.casefold()) if not unicodedata.combining(one))
    words = " ".join("".join(one if one.isalnum() else " " for one in plain).split())
    if words in STOP_WORDS:
        return "stopped"
    return "started" if words in START_WORDS else ""
