"""Every refusal has words for people, and a page of its own."""

import functions.http  # noqa: F401 - brings in the refusals of the edge
from functions.pages_errors import PROBLEMS, error_page
from functions.pages_visitor import read_visitor
from shared.domain.errors import Refusal


def family(kind: type[Refusal]) -> set[type[Refusal]]:
    return {kind}.union(*(family(child) for child in kind.__subclasses__()))


def test_every_refusal_is_explained():
    ours = [kind for kind in family(Refusal) if kind.__module__.startswith(("shared.", "functions."))]

    assert len(ours) > 15
    assert {kind.code for kind in ours} <= set(PROBLEMS)


def test_an_error_page_keeps_its_status_and_leads_on():
    answer = error_page("try-again", 503, read_visitor({}, "fr", None), again="/book/riverside")
    html = answer.get_body().decode()
    assert answer.status_code == 503
    assert "Le serveur est occupé" in html
    assert 'href="/book/riverside"' in html
