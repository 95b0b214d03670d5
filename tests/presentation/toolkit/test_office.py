"""An office program of another maker opens the slides: it reads the same words, and prints them on one page."""

import re
import shutil
import subprocess
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from pypdf import PdfReader

from functions.pages.toolkit.sheets import sheet_file
from shared.domain.calendar.toolkit import Toolkit
from shared.domain.toolkit.infographic import OwnSheet
from shared.i18n import LANGUAGES
from shared.presentation.toolkit.sheet import InfographicSheet
from shared.presentation.toolkit.sheet_words import VARIANTS
from tests.presentation.toolkit.sheets import a_sheet, words_in, words_of
from tests.presentation.toolkit.test_infographic import ARABIC, FULL, LONGEST, OWN_PICTURES


DRAWN = "{urn:oasis:names:tc:opendocument:xmlns:drawing:1.0}page"
PARAGRAPH = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}p"


def sheets(is_full: bool) -> dict[str, InfographicSheet]:
    """Return infographics by file names: a few, or each variant and language, each with all that is a calendar's own."""
    full = {"toolkit": Toolkit(pictures=OWN_PICTURES), "files": FULL}
    some = {"fr": a_sheet(language="fr"), "full": a_sheet(own=ARABIC, **full)}
    if not is_full:
        return some
    plain = {f"{one}-{lang}": a_sheet(one, lang) for one in VARIANTS for lang in LANGUAGES}
    own = [OwnSheet(language="en"), ARABIC, LONGEST]
    return some | plain | {f"own-{number}": a_sheet(own=words, **full) for number, words in enumerate(own)}


def opened(made: dict[str, InfographicSheet], kind: str, folder: Path) -> dict[str, Path]:
    """Return what LibreOffice makes of the slides."""
    office = shutil.which("soffice")
    if office is None or not (Path(office).resolve().parent / "libsdlo.so").exists():
        pytest.skip("LibreOffice Impress is not installed: nothing else here opens slides")
    for name, sheet in made.items():
        (folder / f"{name}.pptx").write_bytes(sheet_file(sheet, "pptx"))
    files = [str(folder / f"{name}.pptx") for name in made]
    asked = [office, f"-env:UserInstallation=file://{folder}/profile", "--headless"]
    asked += ["--convert-to", kind, "--outdir", str(folder), *files]
    subprocess.run(asked, check=True, capture_output=True, timeout=300)
    return {name: folder / f"{name}.{kind}" for name in made}


def test_libreoffice_reads_the_words_of_the_slide_and_prints_one_page(tmp_path, is_full):
    made = sheets(is_full)
    for name, file in opened(made, "fodp", tmp_path).items():
        (page,) = ET.parse(file).iter(DRAWN)
        texts = (words_in("".join(one.itertext())) for one in page.iter(PARAGRAPH))
        read = "".join(text for text in texts if not re.fullmatch(r"\d", text))
        assert read == words_of(made[name]), name
    for name, file in opened(made, "pdf", tmp_path).items():
        (printed,) = PdfReader(file).pages
        if not made[name].is_right_to_left:  # of which the signs are in the order in which they are drawn
            text = words_in(printed.extract_text())
            assert [one for one in made[name].words if words_in(one) not in text] == [], name
