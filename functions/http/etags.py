"""Entity tags as requests name them (RFC 9110, 13.1): one, a list, or * for whatever there is."""

import re

import azure.functions as func


TAG = re.compile(r'(?:W/)?(?:"([^"]*)"|([^\s,"]+))')
"""In quotation marks, or as some clients send it, without them. Weak ones count: all tags of Graph are weak."""


def etags_in(header: str) -> frozenset[str] | None:
    """Return the tags that a header lists; None where it has no say: it is empty, or *."""
    if header.strip() in ("", "*"):
        return None
    return frozenset(quoted or bare for quoted, bare in TAG.findall(header))


def has_current(req: func.HttpRequest, etag: str) -> bool:
    """Return whether the reader has what `etag`, in its quotation marks, stands for: the answer is 304."""
    header = req.headers.get("if-none-match", "").strip()
    listed = etags_in(header)
    return bool(header and etag) and (listed is None or etag.strip('"') in listed)
