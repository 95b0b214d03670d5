"""Web addresses that people type."""

import re
from urllib.parse import urlsplit


WEB = re.compile(r"https?://[^\s/?#@]+([/?#]\S*)?", re.IGNORECASE)


def is_web(text: str) -> bool:
    """Return whether a text is a web address that programs can take apart."""
    try:
        return WEB.fullmatch(text) is not None and bool(urlsplit(text).hostname)
    except ValueError:
        return False
