"""Marks texts for translation where they are written."""

from __future__ import annotations


def marked(text: str) -> str:
    """Return the text as it is: it is translated where it is shown."""
    return text


def marked_for(noun: str, text: str) -> str:  # noqa: ARG001 - read by who gathers the texts
    """Return the text as it is: it is said of this noun, with whose gender other languages agree (`pgettext`)."""
    return text
