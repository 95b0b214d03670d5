"""An office program of another maker opens the slide: what it prints of it has the same words."""

import shutil
import subprocess

import pytest
from pypdf import PdfReader

from shared.presentation.toolkit.slides import slide_of
from tests.presentation.toolkit.sheets import a_sheet, words_in


def test_libreoffice_prints_the_words_of_the_slide(tmp_path):
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("LibreOffice Impress is not installed: nothing else here opens slides")
    sheet, file = a_sheet(language="fr"), tmp_path / "slide.pptx"
    file.write_bytes(slide_of(sheet))
    home = f"-env:UserInstallation=file://{tmp_path}/profile"
    asked = [office, home, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), str(file)]
    subprocess.run(asked, check=True, capture_output=True, timeout=120)
    text = words_in(PdfReader(tmp_path / "slide.pdf").pages[0].extract_text())
    assert [one for one in sheet.words if words_in(one) not in text] == []
