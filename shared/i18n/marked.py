"""Marks texts for translation where they are written."""

from __future__ import annotations


def marked(text: str) -> str:
    """Return the text as it is: it is translated where it is shown."""
    return text
