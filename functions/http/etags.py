"""Entity tags in requests (RFC 9110, 13.1): one, a list, or * for any state."""

import re

import azure.functions as func


TAG = re.compile(r'(?:W/)?(?:"([^"]*)"|([^\s,"]+))')
"""Quoted, or bare as some clients send it. Weak tags match too, because all of Graph's are weak."""


def etags_in(header: str) -> frozenset[str] | None:
    """Return the tags that a header lists; None where it is empty or *, which exclude no state."""
    if header.strip() in ("", "*"):
        return None
    return frozenset(quoted or bare for quoted, bare in TAG.findall(header))


def has_current(req: func.HttpRequest, etag: str) -> bool:
    """Return whether the client has the state of `etag` (quoted), so that the answer is 304."""
    header = req.headers.get("if-none-match", "").strip()
    listed = etags_in(header)
    return bool(header and etag) and (listed is None or etag.strip('"') in listed)
