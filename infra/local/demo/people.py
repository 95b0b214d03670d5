"""Who can sign in to the demo: one person for each role, two who are on no calendar, and a program."""

from __future__ import annotations

from dataclasses import dataclass


DOMAIN = "demo.example"
APPLICATION = f"app@{DOMAIN}"
APPLICATION_ROLES = ("Bookings.Manage.All",)
SCOPES = (
    "Bookings.Read.All",
    "BookingsAppointment.ReadWrite.All",
    "Bookings.ReadWrite.All",
    "Bookings.Manage.All",
)


LANGUAGES = ("en", "fr", "ru", "pt")
SECOND_FACTOR = dict(
    zip(
        LANGUAGES,
        (
            "with a second factor",
            "avec un second facteur",
            "со вторым фактором",
            "com um segundo fator",
        ),
        strict=True,
    )
)
SIGN_IN = dict(
    zip(
        LANGUAGES,
        (
            "Sign in to the demo as",
            "Se connecter à la démo comme",
            "Войти в демо как",
            "Entrar na demonstração como",
        ),
        strict=True,
    )
)


@dataclass(frozen=True)
class Person:
    """A person whom the demo's identity provider knows; `roles` say what they are, in each of LANGUAGES."""

    account: str
    name: str
    roles: tuple[str, str, str, str]

    @property
    def email(self) -> str:
        return f"{self.account}@{DOMAIN}"

    @property
    def what(self) -> str:
        """What they are, in English."""
        return self.roles[0]

    @property
    def said(self) -> dict[str, str]:
        """What they are, by language."""
        return dict(zip(LANGUAGES, self.roles, strict=True))


PEOPLE = (
    Person(
        "admin",
        "Dr Claire Moreau",
        (
            "administrator of the clinic and of the whole organisation",
            "administratrice de la clinique et de toute l’organisation",
            "администратор клиники и всей организации",
            "administradora da clínica e de toda a organização",
        ),
    ),
    Person(
        "reception",
        "Lucie Fabre",
        (
            "receptionist of the clinic: a scheduler who sees no patients",
            "à l’accueil de la clinique : planificatrice, sans consultations",
            "регистратура клиники: планировщик, сам встреч не ведёт",
            "recepcionista da clínica: agendadora, sem atendimentos próprios",
        ),
    ),
    Person(
        "scheduler",
        "Dr Karim Benali",
        (
            "doctor and scheduler of the clinic",
            "médecin et planificateur de la clinique",
            "врач и планировщик клиники",
            "médico e agendador da clínica",
        ),
    ),
    Person(
        "member",
        "Zoé Lambert",
        (
            "team member of the clinic",
            "membre de l’équipe de la clinique",
            "участник команды клиники",
            "membro da equipe da clínica",
        ),
    ),
    Person(
        "viewer",
        "Paul Girard",
        ("viewer of the clinic", "lecteur de la clinique", "наблюдатель клиники", "visualizador da clínica"),
    ),
    Person(
        "guest",
        "Dr Anaïs Payet",
        ("guest of the clinic", "invitée de la clinique", "гость клиники", "convidada da clínica"),
    ),
    Person(
        "bank",
        "Marina Azevedo",
        (
            "administrator of the bank",
            "administratrice de la banque",
            "администратор банка",
            "administradora do banco",
        ),
    ),
    Person(
        "newcomer",
        "Nora Lindqvist",
        (
            "on no calendar yet, and may create one",
            "dans aucun calendrier, peut en créer un",
            "пока ни в одном календаре, может создать свой",
            "ainda em nenhuma agenda, pode criar uma",
        ),
    ),
    Person(
        "outsider",
        "Olga Sidorova",
        ("on no calendar", "dans aucun calendrier", "ни в одном календаре", "em nenhuma agenda"),
    ),
)
ORGANISATION_ADMINISTRATOR = PEOPLE[0].email
CREATOR = next(one.email for one in PEOPLE if one.account == "newcomer")
