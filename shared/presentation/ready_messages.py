"""Ready messages to a lobby: they are sent by name, and shown in each reader's language."""

from shared.i18n.marked import marked


READY = {
    "five_minutes": marked("We’re running five minutes late."),
    "ten_minutes": marked("We’re running ten minutes late."),
    "a_moment": marked("Just a moment, please."),
}
