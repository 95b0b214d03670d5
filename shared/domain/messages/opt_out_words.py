"""What an answer to an SMS asks for: words of four languages, and the seven that count in the United States."""

import unicodedata
from typing import Literal


SEVEN = ("stop", "quit", "end", "revoke", "opt out", "cancel", "unsubscribe")  # which count in the United States
LOCAL_STOP = {
    "fr": ("arret", "arreter", "desabonner"),
    "ru": ("стоп", "отмена", "отписаться", "прекратить"),
    "pt_BR": ("pare", "parar", "sair", "cancelar", "remover"),
}
LOCAL_START = {
    "fr": ("commencer", "reprendre"),
    "ru": ("старт", "начать"),
    "pt_BR": ("iniciar", "voltar"),
}
STOP_WORDS = frozenset((*SEVEN, "optout", "stopall", "stop all")).union(*LOCAL_STOP.values())
START_WORDS = frozenset(("start", "unstop", "yes")).union(*LOCAL_START.values())
ReplyEffect = Literal["stopped", "started", ""]


def wanted_by(text: str) -> ReplyEffect:
    """Return what the whole of an answer asks for, whatever its case, accents and punctuation."""
    words = _plain(text)
    if words in STOP_WORDS:
        return "stopped"
    return "started" if words in START_WORDS else ""


def language_of(text: str) -> str:
    """Return the language of an answer's word, as a catalogue's; empty for STOP and START, which all know."""
    words = _plain(text)
    both = ((language, (*LOCAL_STOP[language], *LOCAL_START[language])) for language in LOCAL_STOP)
    return next((language for language, known in both if words in known), "")


def _plain(text: str) -> str:
    """Return the words of an answer without case, accents and punctuation."""
    plain = "".join(one for one in unicodedata.normalize("NFD", text.casefold()) if not unicodedata.combining(one))
    return " ".join("".join(one if one.isalnum() else " " for one in plain).split())
