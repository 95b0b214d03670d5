"""Too much text in a form of the staff is told at its field, and kept: nothing is cut that somebody wrote."""

from html import unescape

import pytest


@pytest.mark.parametrize(("page", "field", "most"), [("cancel", "message", 2000), ("notes", "internal", 4000)])
async def test_a_text_that_is_too_long_is_told_at_its_field_and_kept(console, page, field, most):
    text = "The doctor is ill.\r\n" + "x" * most
    answer = await console.send("desk", f"{console.path}/{page}", **{field: text})
    assert answer.status == 422
    assert f"This is too long: at most {most} characters" in unescape(answer.body.decode())
    assert text.replace("\r\n", "\n") in unescape(answer.body.decode()).replace("\r\n", "\n")
    assert "maxlength" not in answer.body.decode().partition("<main")[2]
    assert (await console.appointment()).status == "booked"
