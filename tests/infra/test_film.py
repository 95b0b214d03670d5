"""The film of the guide: its container says when each picture is shown, and where each scene begins."""

from infra.local.film import FilmFrame, webm_of


FRAMES = [FilmFrame(bytes([number]) * 40, 1000 * number, number in (0, 3)) for number in range(5)]
HOLDERS = {"18538067", "1549A966", "1654AE6B", "AE", "E0", "1C53BB6B", "BB", "B7", "1F43B675"}


def elements(data: bytes, at: int = 0) -> list[tuple[str, int, bytes]]:
    """Return name, place and content of every element, those within others too."""
    found, place = [], 0
    while place < len(data):
        length = next(size for size in range(1, 5) if data[place] >> (8 - size))
        name, body = data[place : place + length].hex().upper(), place + length + 8
        size = int.from_bytes(data[place + length : body], "big") ^ 1 << 56
        content = data[body : body + size]
        found.append((name, at + place, content))
        found += elements(content, at + body) if name in HOLDERS else []
        place = body + size
    return found


def test_each_picture_has_its_moment_and_each_scene_a_cue_to_its_cluster():
    read = elements(webm_of(FRAMES, 5000))
    clusters = [place for name, place, _ in read if name == "1F43B675"]
    begins = [int.from_bytes(body, "big") for name, _, body in read if name == "E7"]
    assert begins == [0, 3000]
    blocks = [body for name, _, body in read if name == "A3"]
    assert [int.from_bytes(one[1:3], "big") for one in blocks] == [0, 1000, 2000, 0, 1000]
    assert [one[4:] for one in blocks] == [one.data for one in FRAMES]
    (segment,) = (place + 12 for name, place, _ in read if name == "18538067")
    cues = [segment + int.from_bytes(body, "big") for name, _, body in read if name == "F1"]
    assert cues == clusters
    assert [int.from_bytes(body, "big") for name, _, body in read if name == "B3"] == begins
