"""The meaning of headings in customer files: of address books, and of spreadsheets in our languages.

A heading is known if all its words are: "E-mail 2 Address" is a mail address, "E-mail Display Name" is not known.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace


def _plain(text: str) -> str:
    """Return a text without case and accents."""
    apart = unicodedata.normalize("NFKD", text).casefold()
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def _set(words: str) -> frozenset[str]:
    return frozenset(_plain(words).split())


KINDS = {
    "mobile": _set(
        """mobile mobil mobilephone cell cellular cellphone portable gsm whatsapp iphone
        мобильный моб сотовый переносной celular cel movel telemovel"""
    ),
    "home": _set("home homephone domicile maison personnel privee личный домашний дом residencial casa pessoal"),
    "business": _set(
        "work business workphone businessphone office bureau travail professionnel рабочий раб comercial trabalho"
    ),
}
"""Words for the kind of a telephone number; they appear in other headings too."""
PLACES = frozenset().union(*KINDS.values()) | _set(
    """other personal private primary main secondary default preferred alternative value number numbers numero no n
    valeur valor значение line
    mailing billing shipping autre prive personnelle professionnelle pro principal principale premiere
    secondaire postal postale fixe fixo outro проживания рабочая домашняя другой основной
    дополнительный контактный почтовый номер i
    full complete complet completo полный"""
)
"""Words that say which of several values it is."""
BESIDE = _set(
    """customer customers client clients cliente clientes клиент клиента patient patients paciente пациент пациента
    attendee contact contato контакт контакта s l le la les de du des d do da das dos of the or ou или and et и e
    your votre seu"""
)
"""Words without a meaning of their own, in any heading."""
PEOPLE = _set("customer client cliente клиент patient paciente пациент")
NAME = _set("name names nom noms nome nomes имя")
WORDS: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    "middle": (
        _set("middle second deuxieme segundo additional отчество patronymic middlename"),
        NAME | _set("prenom"),
    ),
    "last": (
        _set("last family surname surnames famille familia usage sobrenome ultimo фамилия lastname familyname"),
        NAME | _set("first given отчество"),
    ),
    "first": (_set("first given forename prenom prenoms prenome primeiro firstname givenname"), NAME),
    "full": (
        _set(
            """full complete complet completo display displayname fullname customername clientname afficher affiche
            exibicao фио полное отображаемое fn"""
        ),
        NAME | _set("a para"),
    ),
    "name": (NAME | PEOPLE, _set("person personne pessoa")),
    "email": (
        _set(
            """email emails emailaddress customeremail mail mails mel courriel courriels messagerie electronique
            почта почты электронной электронная электронный имейл емейл eletronico eletronica electronico"""
        ),
        PLACES | _set("address addresses adresse adresses адрес endereco correio courrier эл id"),
    ),
    "phone": (
        KINDS["mobile"]
        | _set(
            """phone phones phonenumber customerphone homephone workphone businessphone telephone telephones tel
            телефон телефона телефоны тел telefone telefones fone"""
        ),
        PLACES,
    ),
    "notes": (
        _set(
            """note notes customernotes comment comments remark remarks memo remarque remarques commentaire
            commentaires observations заметка заметки примечание примечания комментарий комментарии
            anotacao anotacoes observacao observacoes obs nota notas comentario comentarios"""
        ),
        frozenset(),
    ),
    "company": (
        _set(
            """company organization organisation org societe entreprise организация компания фирма empresa
            companhia organizacao raison razao business"""
        ),
        NAME | _set("sociale social название"),
    ),
}
"""By role: the words that give a heading this role, and those that may accompany them."""
PARTS = {
    "countryOrRegion": _set("country pays страна pais"),
    "postalCode": _set("zip zipcode postcode postalcode индекс cep"),
    "city": _set("city town ville commune locality localite город cidade municipio"),
    "state": _set("state region regiao province county dep etat область регион край estado uf"),
    "street": _set("street streetaddress rue улица rua logradouro pobox extended bairro complement complemento"),
    "whole": _set("address addresses adresse адрес endereco adr customeraddress formatted"),
}
"""Parts of a postal address. The first one in a heading counts: "Country/Region" is the country."""
IN_ADDRESSES = frozenset().union(*PARTS.values())
PHRASES = (
    (re.compile(r"\be[ -]?mail"), "email"),
    (re.compile(r"\b(postal|post|zip) code\b|\b(code|codigo) postal\b|\bпочтовыи код\b"), "zip"),
    (re.compile(r"\bpo box\b"), "pobox"),
    (re.compile(r"\btype="), ""),  # as in TEL;TYPE=CELL of a vCard
)
HUMP = re.compile(r"(?<=[a-zа-я])(?=[A-ZА-Я])")
WORD = re.compile(r"[^\W\d_]+|\d")


@dataclass(frozen=True, slots=True)
class Column:
    """What a column holds; `role` is empty if not known. Columns of one `group` are one postal address."""

    heading: str
    role: str = ""
    part: str = ""
    group: tuple[str, ...] = ()
    kind: str = "other"


def read_columns(headings: Sequence[str]) -> list[Column]:
    """Return what each column holds."""
    columns = [_column(heading) for heading in headings]
    roles = {one.role for one in columns}
    return [replace(one, role=_name_role(roles)) if one.role == "name" else one for one in columns]


def _name_role(roles: set[str]) -> str:
    """Return the role of a column called "name": with a column Prénom beside it, Nom is the last name."""
    has_first, has_last = "first" in roles, "last" in roles
    return "full" if has_first == has_last else "last" if has_first else "first"


def _column(heading: str) -> Column:
    every = _words(heading)
    words = {word for word in every if not word.isdigit()}
    for role, (own, others) in WORDS.items():
        if words & own and words <= own | others | BESIDE:
            kind = next((name for name, those in KINDS.items() if those & words), "other")
            return Column(heading, role, kind=kind)
    part = next((name for name, own in PARTS.items() if own & words), "")
    if not part or not words <= IN_ADDRESSES | PLACES | BESIDE:
        return Column(heading)
    which = every[:-1] if every[-1].isdigit() else every  # "Street 2" is the second line of the same address
    return Column(heading, "address", part, tuple(word for word in which if word not in IN_ADDRESSES | BESIDE))


def _words(heading: str) -> list[str]:
    """Return the words of a heading, and its single digits, without case and accents."""
    short = heading[:200]
    plain = _plain(short if short.isupper() else HUMP.sub(" ", short))
    for phrase, word in PHRASES:
        plain = phrase.sub(word, plain)
    return WORD.findall(plain)
