"""The words for roles of staff in spreadsheets and pasted lists, in our languages."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING


if TYPE_CHECKING:
    from collections.abc import Mapping

    from shared.domain.calendar.business import Role

ROLE_HEADING = re.compile(r"roles?|r[oô]les?|fonction|роль|должность|fun[cç][aã]o|papel|perfil", re.IGNORECASE)
WORDS: Mapping[Role, str] = {
    "administrator": "administrator admin administrateur administratrice администратор administrador "
    "administradora",
    "scheduler": "scheduler planificateur planificatrice планировщик диспетчер agendador agendadora",
    "team_member": "teammember member team staff membre membredelequipe équipier участник сотрудник "
    "участниккоманды membro membrodaequipe",
    "viewer": "viewer reader lecteur lectrice читатель наблюдатель leitor leitora visualizador",
    "guest": "guest externalguest invité invitée гость convidado convidada",
}


def _plain(text: str) -> str:
    """Return the letters of a text, without case and accents."""
    apart = unicodedata.normalize("NFKD", text).casefold()
    return "".join(letter for letter in apart if letter.isalpha())


ROLES: Mapping[str, Role] = {_plain(word): role for role, words in WORDS.items() for word in words.split()}


def role_called(text: str) -> Role | None:
    """Return the role that a text names; None if it names none."""
    return ROLES.get(_plain(text[:60]))
