"""The messages to a waiting room that are ready to send: they go by name, for readers of any language."""

from shared.i18n.marked import marked


READY = {
    "five_minutes": marked("We are running five minutes late."),
    "ten_minutes": marked("We are running ten minutes late."),
    "a_moment": marked("Just a moment, please."),
}
