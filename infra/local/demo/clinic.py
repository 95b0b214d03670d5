"""The demo's clinic in Lyon: five people, five services, everything in French."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from infra.local.demo.customers import FRENCH
from infra.local.demo.holidays import french_holidays
from infra.local.demo.plan import Away, Demo, Gathering
from shared.domain.calendar.business import BookingPage, Business, Calendar, StaffMember, WaitingRoom
from shared.domain.calendar.policy import DatedAvailability, SchedulingPolicy
from shared.domain.calendar.service import AskedQuestion, CustomerFields, Price, Question, Reminder, Service
from shared.domain.calendar.toolkit import Toolkit
from shared.domain.timeline.hours import weekdays


if TYPE_CHECKING:
    from collections.abc import Sequence

HOUR = timedelta(hours=1)
OPEN = ((510, 750), (810, 1110))  # 8:30–12:30, 13:30–18:30
SATURDAY = ((540, 720),)
REMINDERS = (
    Reminder(offset=24 * HOUR, message="Pensez à votre carte Vitale et à votre ordonnance."),
    Reminder(
        offset=2 * HOUR, message="À tout à l’heure\u00a0! En cas d’empêchement, prévenez-nous depuis ce message."
    ),
)
FOLLOW_UP = Reminder(
    offset=24 * HOUR,
    message="Merci de votre visite. Votre compte rendu est disponible à l’accueil sur simple demande.",
)
CONSENT = (
    "J’accepte que les informations ci-dessus servent à préparer mon rendez-vous, comme le décrit la "
    "[politique de confidentialité](https://clinique.example/confidentialite)."
)
QUESTIONS = {
    "motif": Question(id="motif", text="Quel est le motif de votre visite\u00a0?"),
    "premiere": Question(
        id="premiere", text="Est-ce votre première visite\u00a0?", kind="choice", options=("Oui", "Non")
    ),
    "ordonnance": Question(
        id="ordonnance",
        text="Avez-vous une [ordonnance](https://clinique.example/ordonnance) en cours de validité\u00a0?",
        kind="choice",
        options=("Oui, je l’apporte", "Oui, déjà transmise", "Non"),
    ),
    "interprete": Question(id="interprete", text="Je souhaite la présence d’un interprète", kind="checkbox"),
    "camera": Question(id="camera", text="J’ai un appareil avec caméra et micro", kind="checkbox", required=True),
}


def clinic(began: datetime, frame_origins: Sequence[str]) -> Demo:
    """Return the clinic as on the day the demo began; dates are relative to that day."""
    today = began.date()
    calendar = Calendar(
        _business(today, tuple(frame_origins)),
        {one.id: one for one in _services(today)},
        {one.id: one for one in _staff()},
        QUESTIONS,
    )
    return Demo(
        calendar,
        customers=FRENCH,
        away=_away(),
        loads={"claire": 3, "karim": 3, "zoe": 2, "anais": 2},
        first_choice={
            "claire": ("consultation",),
            "karim": ("consultation", "consultation", "teleconsultation"),
            "zoe": ("kinesitherapie",),
            "anais": ("teleconsultation",),
        },
        gatherings=tuple(
            Gathering("atelier-dos", days, seats) for days, seats in zip((-6, 2, 4, 9), (6, 8, 5, 3), strict=True)
        ),
        together=("bilan", (-5, 3, 8)),
        full={"claire": (1, 2, 4), "karim": (4,), "anais": (4,), "zoe": (4,)},
        notes=(
            "",
            "",
            "",
            "Je viens avec ma fille.",
            "Accès en fauteuil roulant, merci.",
            "Plutôt en début de créneau.",
        ),
        answers={
            "motif": (
                "Renouvellement d’ordonnance",
                "Douleurs lombaires",
                "Certificat médical",
                "Contrôle annuel",
                "",
            ),
            "premiere": ("Oui", "Non", "Non"),
            "ordonnance": QUESTIONS["ordonnance"].options,
            "interprete": ("", "", "", "yes"),
            "camera": ("yes",),
        },
        visitors=(("Europe/Paris", "fr"),) * 9 + (("Europe/London", "en"), ("America/Martinique", "fr")),
    )


def _business(today: date, frame_origins: tuple[str, ...]) -> Business:
    return Business(
        id="a-demo-clinic",
        slug="demo-clinic",
        name="Clinique des Tilleuls",
        business_type="health",
        phone="+33 4 65 71 10 20",
        email="accueil@clinique.example",
        address="12 rue des Tilleuls, 69003 Lyon",
        web_site="https://clinique.example",
        currency="EUR",
        language="fr",
        time_zone="Europe/Paris",
        hours=(OPEN,) * 5 + (SATURDAY, ()),
        has_staff_links=True,
        special_dates=french_holidays(range(today.year - 1, today.year + 2)),
        policy=SchedulingPolicy(
            time_slot_interval=timedelta(minutes=15),
            minimum_lead_time=2 * HOUR,
            maximum_advance=timedelta(days=60),
        ),
        toolkit=Toolkit(
            is_public=True, is_linked=True, paid_online=("link", "insurance"), paid_in_person=("card", "cash")
        ),
        waiting_room=WaitingRoom(
            text="Bienvenue à la **Clinique des Tilleuls**. Le médecin vous fait entrer dès qu’il est disponible.",
            tips=("Gardez votre carte Vitale à portée de main.", "Installez-vous au calme, face à la lumière."),
            on_demand="teleconsultation",
        ),
        page=BookingPage(
            is_published=True,
            accent="#0b6e6e",
            header="Prenez rendez-vous en ligne, en quelques instants et sans compte. "
            "**En cas d’urgence, appelez le 15.**",
            layout="cards",
            consent=CONSENT,
            privacy_url="https://clinique.example/confidentialite",
            terms_url="https://clinique.example/conditions",
            index_by_search_engines=True,
            is_on_front_page=True,
            frame_origins=frame_origins,
        ),
    )


def _staff() -> list[StaffMember]:
    """Claire keeps the clinic's hours; Anaïs works part-time from Réunion, on the clock there.

    Lucie is at the reception, Paul looks on. Each has the role of the person of the same address in demo_people.
    """
    return [
        StaffMember(
            id="claire", name="Dr Claire Moreau", email="admin@demo.example", role="administrator", priority=1
        ),
        StaffMember(
            id="karim",
            name="Dr Karim Benali",
            email="scheduler@demo.example",
            role="scheduler",
            hours=weekdays(*OPEN, days=(0, 1, 3, 4)),
            priority=2,
        ),
        StaffMember(
            id="zoe",
            name="Zoé Lambert",
            email="member@demo.example",
            role="team_member",
            hours=(((540, 780), (840, 1080)),) * 5 + (SATURDAY, ()),
        ),
        StaffMember(
            id="anais",
            name="Dr Anaïs Payet",
            email="guest@demo.example",
            hours=weekdays((780, 1020), days=(0, 2, 4)),
            time_zone="Indian/Reunion",
            language="fr",
        ),
        StaffMember(
            id="lucie",
            name="Lucie Fabre",
            email="reception@demo.example",
            role="scheduler",
            is_listed=False,
            is_bookable=False,
        ),
        StaffMember(
            id="paul",
            name="Paul Girard",
            email="viewer@demo.example",
            role="viewer",
            is_listed=False,
            is_bookable=False,
        ),
    ]


def _services(today: date) -> list[Service]:
    return [
        Service(
            id="consultation",
            name="Consultation de médecine générale",
            description="Suivi, renouvellement d’ordonnance, certificat ou nouveau symptôme.",
            duration=timedelta(minutes=20),
            post_buffer=timedelta(minutes=10),
            price=Price(kind="fixed", amount=Decimal(30)),
            staff=("claire", "karim"),
            anyone="evenly",
            questions=(AskedQuestion(id="motif"), AskedQuestion(id="premiere"), AskedQuestion(id="interprete")),
            reminders=REMINDERS,
            follow_up=FOLLOW_UP,
            confirmation_text="Présentez-vous à l’accueil dix minutes avant l’heure.",
        ),
        Service(
            id="teleconsultation",
            name="Téléconsultation",
            description="Un médecin vous répond en vidéo, où que vous soyez.",
            is_online=True,
            duration=timedelta(minutes=20),
            post_buffer=timedelta(minutes=10),
            price=Price(kind="fixed", amount=Decimal(25)),
            staff=("anais", "karim"),
            anyone="priority",
            questions=(AskedQuestion(id="camera", required=True), AskedQuestion(id="motif")),
            reminders=REMINDERS,
            send_sms=True,
            follow_up=FOLLOW_UP,
        ),
        Service(
            id="kinesitherapie",
            name="Séance de kinésithérapie",
            description="Rééducation sur ordonnance, en salle ou en piscine.",
            location="Plateau de rééducation, 1er étage",
            duration=timedelta(minutes=45),
            pre_buffer=timedelta(minutes=5),
            post_buffer=timedelta(minutes=10),
            price=Price(kind="starts_at", amount=Decimal("22.50")),
            staff=("zoe",),
            questions=(AskedQuestion(id="ordonnance", required=True),),
            customer_fields=CustomerFields(phone="required"),
            reminders=REMINDERS,
            send_sms=True,
        ),
        Service(
            id="atelier-dos",
            name="Atelier «\u00a0Prendre soin de son dos\u00a0»",
            description="En petit groupe, une heure d’exercices simples à refaire chez soi.",
            location="Salle Mimosa",
            duration=timedelta(minutes=60),
            pre_buffer=timedelta(minutes=10),
            post_buffer=timedelta(minutes=15),
            price=Price(kind="free"),
            staff=("zoe",),
            maximum_attendees=8,
            policy=SchedulingPolicy(
                time_slot_interval=timedelta(minutes=60),
                minimum_lead_time=2 * HOUR,
                maximum_advance=timedelta(days=60),
                availability="weekly_hours",
                hours=weekdays((900, 1080), days=(1, 2, 3)),
            ),
            reminders=REMINDERS[:1],
        ),
        Service(
            id="bilan",
            name="Bilan santé et mouvement",
            description="Une heure avec le médecin et la kinésithérapeute réunis. "
            "Proposé pendant la campagne de prévention.",
            duration=timedelta(minutes=60),
            post_buffer=timedelta(minutes=15),
            price=Price(kind="fixed", amount=Decimal(90)),
            staff=("claire", "zoe"),
            assignment="all",
            questions=(AskedQuestion(id="motif", required=True),),
            policy=_campaign(today),
            reminders=REMINDERS,
            follow_up=FOLLOW_UP,
            internal_notes="Dossier de prévention à préparer la veille.",
        ),
    ]


def _campaign(today: date) -> SchedulingPolicy:
    """Bookable only during the campaign, three mornings a week."""
    return SchedulingPolicy(
        time_slot_interval=timedelta(minutes=30),
        minimum_lead_time=24 * HOUR,
        maximum_advance=timedelta(days=60),
        availability="not_bookable",
        exceptions=(
            DatedAvailability(
                first=today - timedelta(days=30),
                last=today + timedelta(days=40),
                availability="weekly_hours",
                hours=weekdays((540, 750), days=(1, 2, 4)),
            ),
        ),
    )


def _away() -> tuple[Away, ...]:
    return (
        Away("karim", 9, 4, "Congés"),
        Away("zoe", 5, 0.5, "Formation"),
        Away("claire", -8, 1, "Congrès"),
        Away("claire", 20, 5, "Congés"),
        Away("anais", 14, 3, "Déplacement"),
    )
