"""What people paste, and how it is understood."""

from __future__ import annotations

import time

import pytest

from functions.console.staff.pasted import read_lines, read_people


def understood(text: str) -> list[tuple[str, str, str | None]]:
    return [(one.name, one.email, one.role or one.said or None) for one in read_people(text)]


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("Ada Lovelace <ada@x.org>", [("Ada Lovelace", "ada@x.org", None)]),
        ("ada.lovelace@x.org", [("Ada Lovelace", "ada.lovelace@x.org", None)]),
        ("<ada@x.org>", [("Ada", "ada@x.org", None)]),
        ("mailto:ada@x.org", [("Ada", "ada@x.org", None)]),
        ("Lovelace, Ada <ada@x.org>", [("Ada Lovelace", "ada@x.org", None)]),
        ('"Lovelace, Ada" <ada@x.org>; Bob <bob@x.org>;', [
            ("Ada Lovelace", "ada@x.org", None), ("Bob", "bob@x.org", None)]),
        ("Lovelace, Ada <ada@x.org>; Berg, Bob <bob@x.org>", [
            ("Ada Lovelace", "ada@x.org", None), ("Bob Berg", "bob@x.org", None)]),
        ("Ada <ada@x.org>, Bob <bob@x.org>, admin", [
            ("Ada", "ada@x.org", None), ("Bob", "bob@x.org", "administrator")]),
        ("ada@x.org, bob@x.org\n\n  eve@x.org ", [
            ("Ada", "ada@x.org", None), ("Bob", "bob@x.org", None), ("Eve", "eve@x.org", None)]),
        ("Ada Lovelace, ada@x.org, Scheduler", [("Ada Lovelace", "ada@x.org", "scheduler")]),
        ("Ada\tada@x.org\tMembre de l’équipe", [("Ada", "ada@x.org", "team_member")]),
        ("Ada <ada@x.org> (viewer)", [("Ada", "ada@x.org", "viewer")]),
        ("Ada <ada@x.org>, director", [("Ada", "ada@x.org", "director")]),
        ("nobody at all", [("nobody at all", "", None)]),
        ('Ada (x) [y] "z', [('Ada (x) [y] "z', "", None)]),
        ("ada@x@y.org", [("Ada", "ada@x@y.org", None)]),
    ],
)  # fmt: skip
def test_lines_are_understood_as_mail_programs_and_people_write_them(text, people):
    assert understood(text) == people


@pytest.mark.parametrize(
    "text",
    [
        "Name,Email,Role\nAda Lovelace,ada@x.org,Scheduler\nBob,bob@x.org,",
        "Nom;Prénom;Courriel;Rôle\nLovelace;Ada;ada@x.org;Planificateur\n;Bob;bob@x.org;\n",
        "Фамилия\tИмя\tЭлектронная почта\tРоль\nLovelace\tAda\tada@x.org\tпланировщик\n\tBob\tbob@x.org\t",
        "E-mail,Nome completo,Função\nada@x.org,Ada Lovelace,agendadora\nbob@x.org,Bob,",
    ],
)
def test_tables_are_read_by_their_headings_in_our_languages(text):
    assert understood(text) == [("Ada Lovelace", "ada@x.org", "scheduler"), ("Bob", "bob@x.org", None)]


def test_a_line_that_was_shown_for_correction_is_understood_alike():
    text = 'Name,Email,Role\n"Lovelace, Ada",ada@x.org,director\nBob,bob@x.org,viewer'
    shown = [one.line for one in read_people(text)]
    assert [(one.name, one.email, one.role) for one in read_lines(shown)] == [
        ("Ada Lovelace", "ada@x.org", None),
        ("Bob", "bob@x.org", "viewer"),
    ]


@pytest.mark.parametrize("text", ['"' * 5000, "<" * 5000, "a@" * 5000, ",;" * 5000, "(" * 5000 + "a@b.org"])
def test_no_hostile_line_takes_long(text):
    started = time.process_time()
    read_people("\n".join([text] * 20))
    assert time.process_time() - started < 1
