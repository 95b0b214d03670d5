"""The city names of all time zones in each language; the build writes files with them."""

from __future__ import annotations

from shared.i18n import LANGUAGES, translator
from shared.i18n.formats import Formats, zones_of_places


def zone_names() -> dict[str, dict[str, str]]:
    """Return the city of each zone, by the name of a language's file."""
    return {
        f"zones.{language}.json": {
            zone: Formats(language, zone, translator(language)).city() for zone in zones_of_places()
        }
        for language in LANGUAGES
    }
