"""Words that end SMS, and that begin them again."""

from shared.domain.messages.opt_out_words import wanted_by


def test_stop_is_understood_in_four_languages_and_in_the_seven_words():
    stops = ["STOP", " stop. ", "Quit", "END", "revoke", "Opt out", "OPT-OUT", "cancel", "Unsubscribe"]
    stops += ["Arrêt", "СТОП", "стоп!", "PARE", "sair", "Отписаться"]
    assert [wanted_by(one) for one in stops] == ["stopped"] * len(stops)
    assert [wanted_by(one) for one in ("START", "старт", "Iniciar", "unstop")] == ["started"] * 4
    assert [wanted_by(one) for one in ("", "please stop by", "Merci", "OK 👍", "stop" * 500)] == [""] * 5
