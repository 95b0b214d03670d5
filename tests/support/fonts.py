"""Fonts to upload in tests: the one that the product comes with, under another name, and what may not be used."""

from struct import pack_into, unpack_from

from shared.presentation.toolkit.letters import FONTS


def a_font(weight: str = "400Regular", name: str = "Intar", licence: int = 0) -> bytes:
    """Return Inter under a name of as many letters, with these bits of its licence."""
    data = (FONTS / f"Inter_{weight}.ttf").read_bytes()
    assert len(name) == len("Inter")
    data = data.replace("Inter".encode("utf-16-be"), name.encode("utf-16-be")).replace(b"Inter", name.encode())
    made = bytearray(data)
    pack_into(">H", made, table(data, b"OS/2") + 8, licence)
    return bytes(made)


def table(font: bytes, name: bytes) -> int:
    """Return where a table of a font begins."""
    places = range(12, 12 + 16 * int(unpack_from(">H", font, 4)[0]), 16)
    return next(int(unpack_from(">L", font, at + 8)[0]) for at in places if font[at : at + 4] == name)
