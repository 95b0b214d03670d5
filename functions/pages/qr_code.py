"""A link as a QR code: an SVG without style attributes, which our Content-Security-Policy forbids."""

from markupsafe import Markup


def qr_code(link: str) -> Markup:
    """Return the code, black on white in light and dark, with the quiet zone that cameras need."""
    import segno  # noqa: PLC0415 - few pages have a code

    code = segno.make(link, error="l", micro=False)
    drawn = code.svg_inline(border=4, omitsize=True, light="#fff", svgclass="code", lineclass=None)
    return Markup(drawn)  # noqa: S704 - of our own making: a path, with no text in it
