"""Texts that are marked for translation where they stand."""

from __future__ import annotations


def marked(text: str) -> str:
    """A text that is translated where it is shown."""
    return text
