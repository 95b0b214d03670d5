"""How many pixels a picture has, by its first bytes."""

from __future__ import annotations


SIZED = {
    0xC0,
    0xC1,
    0xC2,
    0xC3,
    0xC5,
    0xC6,
    0xC7,
    0xC9,
    0xCA,
    0xCB,
    0xCD,
    0xCE,
    0xCF,
}  # segments of JPEG with a size


def picture_size(data: bytes) -> tuple[int, int]:
    """Return the width and the height of a PNG or JPEG; one by one where they cannot be found."""
    if data.startswith(b"\x89PNG") and len(data) >= 24:
        return max(int.from_bytes(data[16:20], "big"), 1), max(int.from_bytes(data[20:24], "big"), 1)
    at = 2
    while at + 9 < len(data) and data[at] == 0xFF:
        if data[at + 1] in SIZED:
            height, width = data[at + 5 : at + 7], data[at + 7 : at + 9]
            return max(int.from_bytes(width, "big"), 1), max(int.from_bytes(height, "big"), 1)
        at += 2 + int.from_bytes(data[at + 2 : at + 4], "big")
    return 1, 1
