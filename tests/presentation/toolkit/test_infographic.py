"""The infographic's files: the same words in each, tagged for screen readers, small, and whatever the texts are."""

import re
from io import BytesIO
from xml.etree import ElementTree as ET
from zipfile import ZipFile

import pytest
from pypdf import PdfReader

from shared.domain.calendar.toolkit import OwnPicture, Toolkit
from shared.domain.toolkit.font_file import read_font
from shared.domain.toolkit.infographic import MOST_WORDS, STEPS, OwnSheet, StepWords
from shared.i18n import LANGUAGES
from shared.presentation.colours import READABLE, contrast
from shared.presentation.toolkit.letters import letters_without_font
from shared.presentation.toolkit.pictures import PICTURES
from shared.presentation.toolkit.printed import can_print, picture_as_png, print_sheet
from shared.presentation.toolkit.sheet import NO_FILES, PictureFile, SheetFiles, SheetFont, sheet_colours
from shared.presentation.toolkit.sheet_words import VARIANTS
from shared.presentation.toolkit.slides import slide_of
from tests.presentation.toolkit.pictures import A_JPEG, AN_SVG, a_png
from tests.presentation.toolkit.sheets import a_sheet, words_in, words_of, words_of_slide
from tests.support.fonts import a_font


WIDE = (
    b'<svg xmlns="http://www.w3.org/2000/svg" width="4000" height="20" viewBox="0 0 4000 20">'
    b'<rect width="4000" height="20" fill="none"/><circle cx="9" cy="9" r="9"/></svg>'
)
ARABIC = OwnSheet(
    language="en",
    heading="موعدك عبر الإنترنت",
    steps={"book": StepWords(title="احجز", text="اختر الخدمة والوقت على صفحة الحجز.")},
    note="أحضر بطاقتك.",
)
LONGEST = OwnSheet(
    language="en",
    heading="W" * 30,
    steps={name: StepWords(title="Word " * 5, text="Longerwords " * 12) for name in STEPS},
    note="Longerwords " * 13,
)


def read(pdf: bytes) -> PdfReader:
    reader = PdfReader(BytesIO(pdf))
    assert len(reader.pages) == 1
    return reader


@pytest.mark.walk
def test_each_variant_in_each_language_fits_and_says_the_same_everywhere():
    for variant in VARIANTS:
        for language in LANGUAGES:
            sheet = a_sheet(variant, language)
            assert sheet.word_count <= MOST_WORDS
            pdf, slide = print_sheet(sheet, "pdf"), slide_of(sheet)
            assert len(pdf) <= 200_000
            assert len(slide) <= 300_000
            assert words_of_slide(slide) == words_of(sheet)
            text = words_in(re.sub(r"^\d$", "", read(pdf).pages[0].extract_text(), flags=re.MULTILINE))
            missing = [one for one in sheet.words if words_in(one) not in text]
            assert missing == [], (variant, language)


def test_the_pdf_is_tagged_and_says_that_it_is_pdf_ua():
    reader = read(print_sheet(a_sheet(language="fr"), "pdf"))
    catalogue = reader.trailer["/Root"]
    assert catalogue["/MarkInfo"]["/Marked"]
    assert catalogue["/Lang"] == "fr"
    assert b"pdfuaid:part>1<" in catalogue["/Metadata"].get_data().replace(b" ", b"")
    assert reader.metadata.title == "Votre rendez-vous en ligne – Clinic"
    assert {one["/A"]["/URI"] for one in (each.get_object() for each in reader.pages[0]["/Annots"])} >= {
        "https://book.example.org/help/clinic/test",
        "https://book.example.org/book/clinic",
    }


PLACES = {"top": PictureFile(A_JPEG, "image/jpeg"), "book": PictureFile(a_png(), "image/png")} | dict.fromkeys(
    ("join", "after"), PictureFile(AN_SVG, "image/svg+xml")
)
OWN_PICTURES = {
    place: OwnPicture(file="a", media_type=one.media_type, alt=f"Our {place}") for place, one in PLACES.items()
}

FULL = SheetFiles(
    PictureFile(WIDE, "image/svg+xml"),
    PLACES,
    SheetFont("Intar", (a_font(), a_font("700Bold")), read_font(a_font()).characters),
)
"""A logo, pictures and a font of a calendar's own."""


@pytest.mark.walk
def test_every_pdf_is_pdf_ua_by_the_check_that_typst_makes_as_it_writes():
    """Each variant and language, plain and with a font, a logo and pictures of one's own, and right to left.

    veraPDF is in none of the registries; typst raises what is not PDF/UA-1, as the next test shows.
    """
    for variant in VARIANTS:
        toolkit = Toolkit(variant=variant, pictures=OWN_PICTURES)
        for language in LANGUAGES:
            for own in (OwnSheet(language=language), ARABIC):
                for files in (NO_FILES, FULL):
                    made = print_sheet(a_sheet(variant, language, own=own, files=files, toolkit=toolkit), "pdf")
                    catalogue = read(made).trailer["/Root"]
                    assert b"pdfuaid:part>1<" in catalogue["/Metadata"].get_data().replace(b" ", b"")
                    assert len(made) <= 200_000


def test_typst_refuses_what_would_not_be_pdf_ua():
    import typst

    drawn = (
        b'#set document(title: "a")\n#image(bytes("<svg xmlns=\'http://www.w3.org/2000/svg\'/>"), format: "svg"%s)'
    )
    assert typst.compile(drawn % b', alt: "b"', format="pdf", pdf_standards=["ua-1"])
    for wrong in (drawn % b"", (drawn % b', alt: "b"').partition(b"\n")[2]):
        with pytest.raises(typst.TypstError, match="PDF/UA-1"):
            typst.compile(wrong, format="pdf", pdf_standards=["ua-1"])


def test_a_slide_is_well_formed_and_each_picture_says_what_it_shows():
    sheet = a_sheet(files=SheetFiles(picture_as_png(PictureFile(WIDE, "image/svg+xml"))))
    package = ZipFile(BytesIO(slide_of(sheet)))
    for name in package.namelist():
        if name.endswith((".xml", ".rels")):
            ET.fromstring(package.read(name))
    slide = package.read("ppt/slides/slide1.xml").decode()
    assert {one.alt for one in sheet.steps} | {"Clinic", sheet.code_alt} == set(
        re.findall(r'descr="([^"]*)"', slide)
    )
    assert slide.count("adec:decorative") == slide.count('prst="rect"') - slide.count('txBox="1"') + 6 - 2 + 1
    relations = package.read("ppt/slides/_rels/slide1.xml.rels").decode()
    assert set(re.findall(r'r:(?:embed|id)="(\w+)"', slide)) <= set(re.findall(r'Id="(\w+)"', relations))


def test_what_looks_like_a_place_to_fill_in_stays_as_it_is():
    sheet = a_sheet(own=OwnSheet(language="en", heading="{fill} & <b>", note='#read("/etc/passwd") {title}'))
    assert words_of_slide(slide_of(sheet)) == words_of(sheet)
    assert words_in("{fill} & <b>") in words_in(read(print_sheet(sheet, "pdf")).pages[0].extract_text())


@pytest.mark.parametrize("own", [ARABIC, LONGEST], ids=["right to left", "long"])
def test_other_scripts_and_long_texts_stay_on_one_page(own):
    sheet = a_sheet(own=own)
    assert sheet.is_right_to_left is (own is ARABIC)
    read(print_sheet(sheet, "pdf"))
    slide = ZipFile(BytesIO(slide_of(sheet))).read("ppt/slides/slide1.xml").decode()
    assert ('rtl="1"' in slide) is sheet.is_right_to_left


@pytest.mark.parametrize("kind", ["svg", "png"])
def test_there_are_pictures_of_it_too(kind):
    made = print_sheet(a_sheet(), kind)
    assert made.startswith(b"<svg" if kind == "svg" else b"\x89PNG")


def test_text_can_be_read_whatever_the_colour():
    for colour in ("#ffffff", "#ffff00", "#f2c500", "#777777", "#0a5bad", "#000000", "#ff00ff", "#00ff00"):
        made = sheet_colours(colour)
        assert contrast(made.ink, made.fill) >= READABLE, colour
        assert contrast(made.text, made.tint) >= READABLE, colour
        assert contrast(made.text, "ffffff") >= READABLE, colour


def test_letters_that_no_font_has_are_named():
    assert letters_without_font("Привет, été, ção, العيادة, 24 % – “ok” €") == []
    assert letters_without_font("你好 🙂 ok 🙂") == ["你", "好", "🙂"]


def test_a_logo_of_any_shape_is_kept_within_its_place():
    for logo in (PictureFile(WIDE, "image/svg+xml"), picture_as_png(PictureFile(WIDE, "image/svg+xml"))):
        read(print_sheet(a_sheet(files=SheetFiles(logo)), "pdf"))
    assert (
        a_sheet(files=SheetFiles(PictureFile(WIDE, "image/svg+xml")), toolkit=Toolkit(show_logo=False)).logo
        is None
    )


def test_pictures_are_outlines_that_slides_can_have():
    for name, drawing in PICTURES.items():
        assert re.fullmatch(r"(M[\d. ]+|L[\d. ]+|C[\d. ]+|Z)+", drawing), name
        assert all(0 <= float(one) <= 48 for one in re.findall(r"[\d.]+", drawing)), name


def test_a_font_of_ones_own_is_in_the_files_and_lends_its_letters():
    regular, bold = a_font(), a_font("700Bold")
    own = read_font(regular)
    font = SheetFont(own.family, (regular, bold), own.characters)
    assert can_print(font)
    sheet = a_sheet()._replace(font=font)
    embedded = {str(name) for name in re.findall(rb"/FontName\s*/([\w+-]+)", _plain(print_sheet(sheet, "pdf")))}
    assert any("Intar" in name for name in embedded)
    assert not any("Inter" in name for name in embedded)
    theme = ZipFile(BytesIO(slide_of(sheet))).read("ppt/theme/theme1.xml").decode()
    assert theme.count('<a:latin typeface="Intar"/>') == 2
    assert not can_print(font._replace(family="Another"))
    assert not can_print(font._replace(files=(b"\x00\x01\x00\x00" + bytes(200),)))


def test_the_typeface_with_serifs_is_in_the_files():
    sheet = a_sheet(language="ru")._replace(typeface="serif")
    embedded = _plain(print_sheet(sheet, "pdf"))
    assert b"LibertinusSerif" in embedded
    assert b"Inter" not in embedded
    assert 'typeface="Georgia"' in ZipFile(BytesIO(slide_of(sheet))).read("ppt/theme/theme1.xml").decode()


def _plain(pdf: bytes) -> bytes:
    """Return the objects of a PDF as text."""
    reader = read(pdf)
    fonts = reader.pages[0]["/Resources"]["/Font"].values()
    names = [
        font.get_object()["/DescendantFonts"][0].get_object()["/FontDescriptor"]["/FontName"] for font in fonts
    ]
    return "".join(f"/FontName {name}\n" for name in names).encode()
