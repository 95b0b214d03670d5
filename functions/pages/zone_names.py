"""The cities after which all time zones are named, in each language; the build makes files of them."""

from __future__ import annotations

from shared.i18n import LANGUAGES, translator
from shared.i18n.formats import Formats, zones_of_places


def zone_names() -> dict[str, dict[str, str]]:
    """From the name of a language's file to the city of each zone."""
    return {
        f"zones.{language}.json": {
            zone: Formats(language, zone, translator(language)).city() for zone in zones_of_places()
        }
        for language in LANGUAGES
    }
