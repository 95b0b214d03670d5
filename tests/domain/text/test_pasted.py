"""What contacts, messengers, PDF readers and mail programs put into the clipboard."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.text.pasted import PHONE, dialled, plain_address, plain_line, plain_phone, plain_text


INVISIBLE = (
    "\u00ad\u061c\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u2060\u2066\u2067\u2068\u2069\ufeff"
)
SPACES = [chr(code) for code in range(0x80, 0x3001) if unicodedata.category(chr(code)) == "Zs"]
DASHES = [chr(code) for code in range(0x10000) if unicodedata.category(chr(code)) == "Pd"] + ["\u2212"]


@given(st.text(INVISIBLE), st.text(INVISIBLE), st.text(INVISIBLE, max_size=3))
def test_invisible_marks_make_no_difference(before, after, within):
    assert plain_text(f"{before} שרה כהן {after}") == "שרה כהן"
    assert plain_address(f"{before}ada@example.com{after}") == "ada@example.com"
    assert plain_phone(f"{before}+33 6{within} 12 34 56 78{after}") == "+33 6 12 34 56 78"


@given(st.text())
def test_what_is_plain_stays_as_it_is(text):
    for plain in (plain_text, plain_line, plain_phone):
        assert plain(plain(text)) == plain(text)


@given(st.text(alphabet=INVISIBLE + "+0123456789 ()./-extn#,;: ", max_size=60))
def test_a_number_is_taken_whole_or_left(text):
    number = plain_phone(text)
    if PHONE.fullmatch(number):
        assert plain_phone(number) == number
    else:
        assert number == plain_line(text)


@pytest.mark.parametrize("override", ["\u202e", "\u202d"])
def test_an_override_within_a_name_or_an_address_stays_to_be_refused(override):
    assert plain_text(f"Ada{override}nab") == f"Ada{override}nab"
    assert override in plain_address(f"ada{override}@example.com")


def test_an_override_that_turns_a_text_around_stays():
    assert plain_text("\u202eevil") == "\u202eevil"
    assert not PHONE.fullmatch(plain_phone("\u202e12345678"))


def test_joiners_within_words_and_pictures_stay():
    assert plain_text("می\u200cخواهم") == "می\u200cخواهم"
    assert plain_text("👨\u200d👩\u200d👧") == "👨\u200d👩\u200d👧"


@pytest.mark.parametrize("space", SPACES)
def test_any_space_is_one_in_a_number(space):
    assert plain_phone(f"+33{space}6 12{space}{space}34 56 78") == "+33 6 12 34 56 78"


@pytest.mark.parametrize("dash", DASHES)
def test_any_dash_is_one_in_a_number(dash):
    assert plain_phone(f"555{dash}010{dash}0199") == "555-010-0199"


@pytest.mark.parametrize("zero", "٠۰०০０๐")
def test_digits_of_any_script_are_digits(zero):
    typed = "".join(chr(ord(zero) + int(digit)) for digit in "0612345678")
    assert plain_phone(typed) == "0612345678"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("tel:+33-6-12-34-56-78", "+33-6-12-34-56-78"),
        ("tel:+33%206%2012345678", "+33 6 12345678"),
        ("Tél. : +33 1 23 45 67 89", "+33 1 23 45 67 89"),
        ("Тел.: +7 495 123-45-67", "+7 495 123-45-67"),
        ("+44 (0)20 7946 0958", "+44 20 7946 0958"),
        ("0044(0)2079460958", "00442079460958"),
        ("(0)20 7946 0958", "(0)20 7946 0958"),
        ("(+33) 6 12 34 56 78", "+33 6 12 34 56 78"),
        ("＋３３（６）１２３４５６７８", "+33(6)12345678"),
        ("06·12·34·56·78", "06.12.34.56.78"),
        ("+33 6 12\r\n34\t56\u202878", "+33 6 12 34 56 78"),
        ("'+33612345678", "+33612345678"),
        ("0612345678 / 0698765432", "0612345678 / 0698765432"),
    ],
)
def test_a_number_is_taken_out_of_what_stands_around_it(typed, kept):
    assert plain_phone(typed) == kept
    assert PHONE.fullmatch(kept)


@pytest.mark.parametrize(
    "extension",
    [
        *(" ext 12", " ext. 12", "ext12", " extension 12", ", ext 12", " (ext. 12)", ";ext=12", " x12", "x 12"),
        *(" #12", "#12", ",,12", ",,12#", "；12", " poste 12", " доб. 12", " ramal 12"),
    ],
)
def test_an_extension_has_one_form(extension):
    number = plain_phone(f"+33 1 23 45 67 89{extension}")
    assert number == "+33 1 23 45 67 89 ext. 12"
    assert PHONE.fullmatch(number)
    assert dialled(number) == "+33123456789;ext=12"


@pytest.mark.parametrize(
    "typed",
    ["call me", "1234", "1-800-FLOWERS", "0612345678, 0698765432", "½½½½½½", "ext 12345", "+33 1 ext 2", "1" * 60],
)
def test_what_is_no_number_is_left_as_it_was_typed(typed):
    assert plain_phone(typed) == typed
    assert not PHONE.fullmatch(typed)


@pytest.mark.parametrize(
    "typed",
    [
        "Ada <ada+x@example.com>",
        '"Lovelace, Ada" <ada+x@example.com>',
        "<ada+x@example.com>",
        "mailto:ada+x@example.com",
        "MAILTO:ada%2Bx@example.com?subject=Hello%20you",
        "ada+x@example.com<mailto:ada+x@example.com>",
        "Ada [mailto:ada+x@example.com]",
        "ada+x@example.com;",
        "ada+x＠example.com",
        "ada+x@exam\u00adple.com",
        "Ada <\u200eada+x@example.com\u200e>",
    ],
)
def test_an_address_is_taken_out_of_what_stands_around_it(typed):
    assert plain_address(typed) == "ada+x@example.com"


@pytest.mark.parametrize(
    "typed",
    ["a@b.example, c@d.example", "A <a@b.example>, C <c@d.example>", "josé@example.com", "ada@example.com."],
)
def test_what_is_no_single_address_is_left(typed):
    assert plain_address(typed) == typed


def test_a_text_beyond_measure_is_looked_at_once():
    for plain in (plain_text, plain_address, plain_phone):
        assert plain("1 " * 500_000) == ("1 " * 500_000).strip()


@pytest.mark.parametrize(
    "spelling",
    ["münchen.example", "MÜNCHEN.example", "mu\u0308nchen.example", "m\ufe0fünchen。example", "𝐦ünchen.example"],
)
def test_a_domain_beyond_ascii_has_one_spelling(spelling):
    assert plain_address(f"Ada@{spelling}") == "Ada@münchen.example"
    assert plain_address("ada@straße.example") == "ada@straße.example"
    assert plain_address("ada@\ud800.example") == "ada@\ud800.example"


@pytest.mark.parametrize("around", ['"{}"', "'{}'", "“{}”", "„{}“", "« {} »", "‘{}’", "({})", "“{}”,"])
def test_an_address_is_taken_out_of_quotation_marks(around):
    assert plain_address(around.format("ada@example.com")) == "ada@example.com"
    assert plain_address(around.format("mailto:ada@example.com")) == "ada@example.com"
    assert plain_address('"a b"@example.com') == '"a b"@example.com'


@pytest.mark.parametrize("around", ["☎ {}", "☎\ufe0f {}", "📞{}", "{} ;", "{},", '"{}"', "📱 Tel: {}"])
def test_signs_around_a_number_are_no_part_of_it(around):
    assert plain_phone(around.format("+33 6 12 34 56 78")) == "+33 6 12 34 56 78"
