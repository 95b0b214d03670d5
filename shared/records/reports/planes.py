"""Numbers as planes: all lowest bytes, then all second ones, and so on.

The highest bytes of many numbers are mostly alike. Such a plane is told, and not written: what is read and decoded
of a column is about half of its numbers. First come eight bytes that say what each plane is, then the planes.
"""

import sys
from array import array


WRITTEN, ALIKE, AS_BEFORE = range(3)  # its bytes follow; one byte follows that is all of them; as the plane before
HEAD = 8
IS_BIG = sys.byteorder == "big"


def to_planes(column: "array[int]") -> bytes:
    """Return numbers as planes."""
    packed, size = _little(column).tobytes(), column.itemsize
    head, planes, before = bytearray(HEAD), [len(column).to_bytes(HEAD, "little")], b""
    for number in range(size):
        plane = packed[number::size]
        if number and plane == before:
            head[number] = AS_BEFORE
        elif plane and plane.count(plane[0]) == len(plane):
            head[number] = ALIKE
            planes.append(plane[:1])
        else:
            planes.append(plane)
        before = plane
    return bytes(head) + b"".join(planes)


def from_planes(kind: str, packed: bytes) -> "array[int]":
    """Return the numbers of planes, none of no bytes. Raises ValueError where bytes are missing."""
    column = array(kind)
    if not packed:
        return column
    size, at, plane = column.itemsize, 2 * HEAD, b""
    length = int.from_bytes(packed[HEAD:at], "little")
    whole = bytearray(size * length)
    for number, form in enumerate(packed[:size]):
        if form == WRITTEN:
            plane, at = packed[at : at + length], at + length
        elif form == ALIKE:
            plane, at = packed[at : at + 1] * length, at + 1
        whole[number::size] = plane
    return numbers(kind, bytes(whole))


def numbers(kind: str, packed: bytes) -> "array[int]":
    """Return numbers as they are, little-endian."""
    return _little(array(kind, packed))


def _little(column: "array[int]") -> "array[int]":
    if not IS_BIG:
        return column
    swapped = array(column.typecode, column)
    swapped.byteswap()
    return swapped
