"""The two spellings of a mail domain: in letters, as people read it, and in ASCII, as mail servers do."""


def in_ascii(domain: str) -> str:
    """Return a domain as mail servers write it; empty if it is not a domain."""
    if domain.isascii():
        return domain.lower()
    import idna  # noqa: PLC0415 - few addresses need it; Python's own codec would send straße.de to strasse.de

    try:
        return idna.encode(domain, uts46=True).decode()
    except idna.IDNAError:
        return ""


def in_letters(domain: str) -> str:
    """Return the canonical spelling of a domain beyond ASCII, without bold letters, capitals, invisible marks.

    A domain in ASCII, and a text that is not a domain, stay as they are.
    """
    ascii_domain = "" if domain.isascii() else in_ascii(domain)
    return from_ascii(ascii_domain) if ascii_domain else domain


def from_ascii(domain: str) -> str:
    """Return a domain that is given in ASCII in letters; what is not one stays as it is."""
    if "xn--" not in domain:
        return domain
    import idna  # noqa: PLC0415

    try:
        return idna.decode(domain)
    except idna.IDNAError:
        return domain
