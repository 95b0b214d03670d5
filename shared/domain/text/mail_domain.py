"""The two spellings of a mail domain: in letters, as people read it, and in ASCII, as mail servers do."""


def in_ascii(domain: str) -> str:
    """Return a domain as mail servers have it; nothing where it is none."""
    if domain.isascii():
        return domain.lower()
    import idna  # noqa: PLC0415 - few addresses need it; Python's own codec would send straße.de to strasse.de

    try:
        return idna.encode(domain, uts46=True).decode()
    except idna.IDNAError:
        return ""


def in_letters(domain: str) -> str:
    """Return the one spelling of a domain beyond ASCII: bold letters, capitals and unseen marks are many of one.

    What is no domain, and one in ASCII, stays as it is.
    """
    if domain.isascii() or not (ascii_domain := in_ascii(domain)):
        return domain
    import idna  # noqa: PLC0415

    try:
        return idna.decode(ascii_domain)
    except idna.IDNAError:
        return domain
