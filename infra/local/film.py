"""A film of pictures as WebM: browsers encode each picture (VP8), and this puts them together.

The moments of pictures are what is asked for, however busy the machine is, so that captions fit; cues let viewers
jump to each scene. Elements and their numbers are those of Matroska (RFC 9559).
"""

from __future__ import annotations

import base64
from struct import pack
from typing import TYPE_CHECKING, Any, NamedTuple


if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from playwright.async_api import Page

WIDTH, HEIGHT = 960, 600
BITS_PER_SECOND = 250_000
ENCODE = """async ([scenes, width, height, bitrate]) => {
  const made = [];
  const take = (chunk) => {
    const bytes = new Uint8Array(chunk.byteLength);
    chunk.copyTo(bytes);
    let text = "";
    for (const byte of bytes) text += String.fromCharCode(byte);
    made.push([btoa(text), chunk.timestamp / 1000, chunk.type === "key"]);
  };
  const canvas = new OffscreenCanvas(width, height);
  const paint = canvas.getContext("2d", { willReadFrequently: true });
  const range = { matrix: "smpte170m", primaries: "smpte170m", transfer: "smpte170m", fullRange: false };
  const planes = () => {
    const { data } = paint.getImageData(0, 0, width, height);
    const size = width * height, half = width / 2;
    const made = new Uint8Array(size * 1.5);
    for (let y = 0; y < height; y += 1) {
      for (let x = 0; x < width; x += 1) {
        const at = 4 * (y * width + x), [red, green, blue] = [data[at], data[at + 1], data[at + 2]];
        made[y * width + x] = 16 + (65.738 * red + 129.057 * green + 25.064 * blue) / 256;
        if (x % 2 || y % 2) continue;
        const place = size + (y / 2) * half + x / 2;
        made[place] = 128 + (-37.945 * red - 74.494 * green + 112.439 * blue) / 256;
        made[place + size / 4] = 128 + (112.439 * red - 94.154 * green - 18.285 * blue) / 256;
      }
    }
    return made;
  };
  const encoder = new VideoEncoder({ output: take, error: (error) => { throw error; } });
  encoder.configure({ codec: "vp8", width, height, bitrate, latencyMode: "quality" });
  let second = 0;
  for (const scene of scenes) {
    for (const [place, source] of scene.entries()) {
      const bytes = Uint8Array.from(atob(source), (one) => one.charCodeAt());
      const image = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
      paint.drawImage(image, 0, 0, width, height);
      const about = { format: "I420", codedWidth: width, codedHeight: height, colorSpace: range };
      const frame = new VideoFrame(planes(), { ...about, timestamp: second * 1e6, duration: 1e6 });
      encoder.encode(frame, { keyFrame: place === 0 });
      frame.close();
      second += 1;
    }
  }
  await encoder.flush();
  return made;
}"""


class FilmFrame(NamedTuple):
    """An encoded picture, the millisecond from which it is shown, and whether it needs no earlier one."""

    data: bytes
    moment: int
    is_key: bool


async def film_of(scenes: Sequence[Sequence[bytes]], page: Page) -> bytes:
    """Return scenes of pictures (PNG), each shown for a second, as WebM; the page has to be of a secure origin."""
    sent = [[base64.b64encode(png).decode() for png in scene] for scene in scenes]
    made: list[list[Any]] = await page.evaluate(ENCODE, [sent, WIDTH, HEIGHT, BITS_PER_SECOND])
    frames = [FilmFrame(base64.b64decode(data), int(moment), is_key) for data, moment, is_key in made]
    return webm_of(frames, 1000 * sum(map(len, scenes)))


def webm_of(frames: Sequence[FilmFrame], duration: int) -> bytes:
    """Return encoded pictures as WebM, of so many milliseconds."""
    head = _element(
        "1A45DFA3",
        *(_number(*each) for each in (("4286", 1), ("42F7", 1), ("42F2", 4), ("42F3", 8))),
        _element("4282", b"webm"),
        *(_number(*each) for each in (("4287", 2), ("4285", 2))),
    )
    names = (_element("4D80", b"Openslot"), _element("5741", b"Openslot"))
    info = _element("1549A966", _number("2AD7B1", 1_000_000), *names, _element("4489", _double(duration)))
    size = _element("E0", _number("B0", WIDTH), _number("BA", HEIGHT))
    track = _element(
        "AE",
        *(_number(*each) for each in (("D7", 1), ("73C5", 1), ("9C", 0), ("83", 1))),
        _element("86", b"V_VP8"),
        size,
    )
    clusters = [_cluster(one) for one in _scenes(frames)]
    begins = [frame.moment for frame in frames if frame.is_key]
    tracks = _element("1654AE6B", track)
    at = len(info) + len(tracks)
    length = len(_cues(begins, [0] * len(begins)))  # numbers have one length, whatever they are
    places, place = [], at + length
    for one in clusters:
        places.append(place)
        place += len(one)
    return head + _element("18538067", info, tracks, _cues(begins, places), *clusters)


def _scenes(frames: Iterable[FilmFrame]) -> list[list[FilmFrame]]:
    found: list[list[FilmFrame]] = []
    for frame in frames:
        if frame.is_key:
            found.append([])
        found[-1].append(frame)
    return found


def _cluster(frames: Sequence[FilmFrame]) -> bytes:
    first = frames[0].moment
    blocks = (
        _element(
            "A3", b"\x81", (one.moment - first).to_bytes(2, "big"), b"\x80" if one.is_key else b"\0", one.data
        )
        for one in frames
    )
    return _element("1F43B675", _number("E7", first), *blocks)


def _cues(moments: Sequence[int], places: Sequence[int]) -> bytes:
    points = (
        _element("BB", _number("B3", moment), _element("B7", _number("F7", 1), _number("F1", place)))
        for moment, place in zip(moments, places, strict=True)
    )
    return _element("1C53BB6B", *points)


def _element(name: str, *parts: bytes) -> bytes:
    body = b"".join(parts)
    return bytes.fromhex(name) + (len(body) | 1 << 56).to_bytes(8, "big") + body


def _number(name: str, value: int) -> bytes:
    return _element(name, value.to_bytes(8, "big"))


def _double(value: float) -> bytes:
    return pack(">d", value)
