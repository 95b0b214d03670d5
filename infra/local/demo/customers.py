"""Names, addresses and numbers of the demo's customers: invented people at example domains."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING


if TYPE_CHECKING:
    import random
    from collections.abc import Sequence


@dataclass(frozen=True)
class Customers:
    """Draws people again and again from one circle of regulars. `phone` holds # for each digit."""

    first_names: Sequence[str]
    last_names: Sequence[str]
    domains: Sequence[str]
    phone: str
    regulars: int

    def draw(self, rng: random.Random) -> dict[str, str]:
        number = rng.randrange(self.regulars)
        first = self.first_names[number * 7 % len(self.first_names)]
        last = self.last_names[number * 5 % len(self.last_names)]
        domain = self.domains[number % len(self.domains)]
        person = {"name": f"{first} {last}", "email": f"{_ascii(first)}.{_ascii(last)}{number}@{domain}"}
        return person | ({"phone": self._phone(number)} if number % 4 else {})

    def _phone(self, number: int) -> str:
        digits = iter(f"{number * 7919 % 10**6:06d}")
        return "".join(next(digits) if mark == "#" else mark for mark in self.phone)


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


def _ascii(name: str) -> str:
    plain = unicodedata.normalize("NFD", name.lower()).encode("ascii", "ignore").decode()
    return "".join(letter for letter in plain if letter.isalpha())


# 06 39 98 is set aside for fiction by the French regulator.
FRENCH = Customers(
    first_names=_words(
        "Léa Manon Chloé Camille Inès Jade Louise Emma Alice Zoé Sarah Anaïs Nathalie Sylvie Monique "
        "Françoise Hugo Lucas Gabriel Raphaël Arthur Jules Mohamed Nathan Théo Maël Étienne Jean-Baptiste "
        "Bernard Gérard"
    ),
    last_names=_words(
        "Martin Bernard Dubois Petit Durand Leroy Moreau Simon Laurent Lefèvre Garcia Roux Fournier Girard "
        "Bonnet Dupont Lambert Fontaine Rousseau Muller Faure Mercier Blanchard Garnier Chevalier François "
        "Benoît N’Diaye d’Amécourt Nguyen Haddad Lefèbvre-Rivière"
    ),
    domains=("courriel.example", "boite.example", "messagerie.example"),
    phone="+33 6 39 98 ## ##",
    regulars=130,
)
BRAZILIAN = Customers(
    first_names=_words(
        "Ana Beatriz Camila Daniela Eduarda Fernanda Gabriela Helena Isabela Júlia Larissa Luíza Márcia "
        "Patrícia Antônio Bruno Caio Diego Felipe Gustavo Henrique João Leonardo Luís Mateus Otávio Paulo "
        "Rodrigo Thiago"
    ),
    last_names=_words(
        "Silva Santos Oliveira Souza Pereira Lima Carvalho Ferreira Ribeiro Almeida Gonçalves Araújo "
        "Barbosa Cavalcanti Mendonça Nakamura Figueiredo Guimarães Brandão Conceição Sant’Anna Magalhães"
    ),
    domains=("correio.example", "caixapostal.example"),
    phone="+55 11 90000-####",
    regulars=95,
)
