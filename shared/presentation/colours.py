"""Colours that can be read (WCAG 2.2, 1.4.3 and 1.4.11), for pages and mails; each is six hexadecimal digits."""

import colorsys


READABLE, VISIBLE = 4.5, 3.0  # the contrast of text, and of what is larger than text
WHITE = "ffffff"
STEP = 0.02  # of lightness

Rgb = tuple[float, float, float]


def contrast(one: str, other: str) -> float:
    """Return the WCAG contrast ratio of two colours, 1 to 21."""
    dark, light = sorted((_luminance(_rgb(one)), _luminance(_rgb(other))))
    return (light + 0.05) / (dark + 0.05)


def lightened(colour: str, ground: str, ratio: float) -> str:
    """Return the colour, made lighter until it has the contrast to a dark ground; its hue stays."""
    return _moved(colour, ground, ratio, STEP)


def darkened(colour: str, ground: str, ratio: float) -> str:
    """Return the colour, made darker until it has the contrast to a light ground; its hue stays."""
    return _moved(colour, ground, ratio, -STEP)


def mixed(one: str, other: str, share: float) -> str:
    """Return the colour of which `share` is the first, and the rest the second."""
    return _hex(tuple(a * share + b * (1 - share) for a, b in zip(_rgb(one), _rgb(other), strict=True)))


def _moved(colour: str, ground: str, ratio: float, step: float) -> str:
    while contrast(colour, ground) < ratio:
        hue, light, full = colorsys.rgb_to_hls(*_rgb(colour))
        colour = _hex(colorsys.hls_to_rgb(hue, min(max(light + step, 0.0), 1.0), full))
    return colour


def _rgb(colour: str) -> Rgb:
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (0, 2, 4))
    return red, green, blue


def _hex(rgb: tuple[float, ...]) -> str:
    return "".join(f"{round(part * 255):02x}" for part in rgb)


def _luminance(rgb: Rgb) -> float:
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in rgb)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
