"""Compiles every catalogue beside its source: `python -m shared.i18n`."""

from shared.i18n import CATALOGUES, compile_catalogue


for source in CATALOGUES.glob("*/LC_MESSAGES/messages.po"):
    source.with_suffix(".mo").write_bytes(compile_catalogue(source))
