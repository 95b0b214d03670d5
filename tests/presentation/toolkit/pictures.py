"""Pictures as people upload them, and as nobody should."""

import base64
from struct import pack
from zlib import compress, crc32


# 3 by 2 pixels
A_JPEG = base64.b64decode(
    "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDABsSFBcUERsXFhceHBsgKEIrKCUlKFE6PTBCYFVlZF9VXVtqeJmBanGQc1tdhbWGkJ6j"
    "q62rZ4C8ybqmx5moq6T/2wBDARweHigjKE4rK06kbl1upKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSk"
    "pKSkpKSkpKT/wAARCAACAAMDASIAAhEBAxEB/8QAFQABAQAAAAAAAAAAAAAAAAAAAAT/xAAUEAEAAAAAAAAAAAAAAAAAAAAA/8QA"
    "FAEBAAAAAAAAAAAAAAAAAAAABP/EABQRAQAAAAAAAAAAAAAAAAAAAAD/2gAMAwEAAhEDEQA/AIgDBn//2Q=="
)
AN_SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 2 1"><rect width="2" height="1"/></svg>'


def a_png(width: int = 6, height: int = 4, pixels: bytes | None = None) -> bytes:
    """Return a PNG, transparent unless its pixels are given as they are compressed."""
    data = compress((b"\0" + bytes(4 * width)) * height) if pixels is None else pixels
    head = pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        _chunk(*one) for one in ((b"IHDR", head), (b"IDAT", data), (b"IEND", b""))
    )


def _chunk(kind: bytes, data: bytes) -> bytes:
    return pack(">I", len(data)) + kind + data + pack(">I", crc32(kind + data))


def svg_of_uses(depth: int, times: int = 10) -> bytes:
    """Return an SVG of few bytes in which shapes use each other."""
    uses = [f'<use href="#a{one}"/>' * times for one in range(depth)]
    groups = (f'<g id="a{one}">{uses[one - 1]}</g>' for one in range(1, depth))
    first = '<g id="a0"><rect width="1" height="1"/></g>'
    body = f'<defs>{first}{"".join(groups)}</defs><use href="#a{depth - 1}"/>'
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10">{body}</svg>'.encode()


def svg_with(body: str) -> bytes:
    """Return an SVG with these elements."""
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10">{body}</svg>'.encode()
