"""The demo's bank branch in São Paulo: four people, five services, in Portuguese and in English."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from infra.local.demo.customers import BRAZILIAN
from infra.local.demo.holidays import brazilian_holidays
from infra.local.demo.plan import Away, Demo, Gathering
from shared.domain.calendar.business import BookingPage, Business, Calendar, StaffMember
from shared.domain.calendar.policy import SchedulingPolicy
from shared.domain.calendar.service import AskedQuestion, CustomerFields, Price, Question, Reminder, Service
from shared.domain.calendar.toolkit import Toolkit
from shared.domain.calendar.words import BusinessWords, QuestionWords, ServiceWords
from shared.domain.timeline.hours import weekdays


if TYPE_CHECKING:
    from collections.abc import Sequence

HOUR = timedelta(hours=1)
OPEN = ((540, 720), (780, 1020))  # 9:00–12:00, 13:00–17:00
REMINDERS = (
    Reminder(offset=24 * HOUR, message="Leve um documento com foto e o CPF."),
    Reminder(offset=2 * HOUR, message="Até já! Se não puder vir, avise por este e-mail."),
)
FOLLOW_UP = Reminder(
    offset=24 * HOUR, message="Obrigado pela visita. Ficou alguma dúvida? Responda a este e-mail."
)


def _asked(text: str, *options: tuple[str, str]) -> tuple[QuestionWords, ...]:
    return (QuestionWords(language="en", text=text, options=options),)


QUESTIONS = {
    "cliente": Question(
        id="cliente",
        text="Você já é cliente?",
        kind="choice",
        options=("Sim", "Ainda não"),
        translations=_asked("Are you already a customer?", ("Sim", "Yes"), ("Ainda não", "Not yet")),
    ),
    "renda": Question(
        id="renda",
        text="Faixa de renda familiar",
        kind="choice",
        options=("Até R$ 5.000", "R$ 5.000 a R$ 15.000", "Acima de R$ 15.000"),
        translations=_asked(
            "Household income per month",
            ("Até R$ 5.000", "Up to R$ 5,000"),
            ("R$ 5.000 a R$ 15.000", "R$ 5,000 to R$ 15,000"),
            ("Acima de R$ 15.000", "More than R$ 15,000"),
        ),
    ),
    "assunto": Question(
        id="assunto",
        text="Sobre o que você quer conversar?",
        translations=_asked("What would you like to talk about?"),
    ),
    "documentos": Question(
        id="documentos",
        text="Vou levar os [documentos necessários](https://bancoipe.example/documentos)",
        kind="checkbox",
        translations=_asked("I’ll bring the [documents needed](https://bancoipe.example/documentos)"),
    ),
}
IN_ENGLISH = {
    "abertura-de-conta": ("Open an account", "Current or savings account, with your card at once."),
    "investimentos": ("Talk about investments", "By video, with a certified specialist."),
    "credito-imobiliario": ("Mortgage", "A full simulation, and the list of documents for your loan."),
    "empresas": ("Business banking", "Company accounts, card terminals and working capital."),
    "palestra": (
        "Talk: finances without stress",
        "One hour to put the household’s money in order. Limited seats.",
    ),
}


def bank(began: datetime, frame_origins: Sequence[str]) -> Demo:
    """Return the branch as on the day the demo began; dates are relative to that day."""
    calendar = Calendar(
        _business(began.date(), tuple(frame_origins)),
        {one.id: _in_english(one) for one in _services()},
        {one.id: one for one in _staff()},
        QUESTIONS,
    )
    return Demo(
        calendar,
        customers=BRAZILIAN,
        away=(
            Away("rafael", 6, 5, "Férias"),
            Away("marina", 3, 0.5, "Consulta médica"),
            Away("beatriz", -7, 2, "Treinamento"),
            Away("joao", 13, 1, "Feirão da casa própria"),
        ),
        loads={"marina": 2, "rafael": 2, "beatriz": 2, "joao": 1},
        first_choice={
            "marina": ("abertura-de-conta",),
            "rafael": ("empresas", "abertura-de-conta"),
            "beatriz": ("investimentos",),
            "joao": ("credito-imobiliario",),
        },
        gatherings=(Gathering("palestra", -4, 9), Gathering("palestra", 3, 12), Gathering("palestra", 10, 5)),
        together=("", ()),
        full={"marina": (1,), "beatriz": (2,)},
        notes=("", "", "", "Prefiro falar em voz baixa, por favor.", "Chego de ônibus, posso atrasar 5 minutos."),
        answers={
            "cliente": QUESTIONS["cliente"].options,
            "renda": QUESTIONS["renda"].options,
            "assunto": ("Tesouro Direto", "Previdência", "Fundo de emergência", "CDB e LCI", ""),
            "documentos": ("yes", "yes", ""),
        },
        visitors=(("America/Sao_Paulo", "pt-BR"),) * 8 + (("America/Manaus", "pt-BR"), ("Europe/Lisbon", "en")),
    )


def _business(today: date, frame_origins: tuple[str, ...]) -> Business:
    return Business(
        toolkit=Toolkit(is_public=True, is_linked=True, colour="#7a3e9d"),
        id="a-demo-bank",
        slug="demo-bank",
        name="Banco Ipê – Agência Paulista",
        business_type="finance",
        phone="+55 11 5555-0142",
        email="agencia.paulista@bancoipe.example",
        address="Avenida Paulista, 1842, Bela Vista, São Paulo – SP",
        web_site="https://bancoipe.example",
        currency="BRL",
        language="pt-BR",
        time_zone="America/Sao_Paulo",
        hours=weekdays(*OPEN),
        special_dates=brazilian_holidays(range(today.year - 1, today.year + 2)),
        policy=SchedulingPolicy(
            time_slot_interval=timedelta(minutes=30),
            minimum_lead_time=4 * HOUR,
            maximum_advance=timedelta(days=45),
        ),
        page=BookingPage(
            is_published=True,
            accent="#8a3ffc",
            header="Escolha o assunto, o dia e a hora. O atendimento é gratuito.",
            privacy_url="https://bancoipe.example/privacidade",
            terms_url="https://bancoipe.example/termos",
            is_on_front_page=True,
            frame_origins=frame_origins,
        ),
        translations=(
            BusinessWords(
                language="en",
                name="Banco Ipê – Paulista branch",
                header="Choose a topic, a day and a time. Appointments are free.",
            ),
        ),
    )


def _in_english(service: Service) -> Service:
    name, description = IN_ENGLISH[service.id]
    words = ServiceWords(language="en", name=name, description=description)
    return service.model_copy(update={"translations": (words,)})


def _staff() -> list[StaffMember]:
    return [
        StaffMember(
            id="marina", name="Marina Azevedo", email="bank@demo.example", role="administrator", priority=1
        ),
        StaffMember(
            id="rafael",
            name="Rafael Nogueira",
            email="rafael.nogueira@bancoipe.example",
            role="scheduler",
            priority=2,
        ),
        StaffMember(
            id="beatriz",
            name="Beatriz Tavares",
            email="beatriz.tavares@bancoipe.example",
            hours=weekdays((600, 780), (840, 1080)),
        ),
        StaffMember(
            id="joao",
            name="João Pedro Siqueira",
            email="joao.siqueira@bancoipe.example",
            hours=weekdays((540, 720), (780, 960), days=(0, 1, 2, 3)),
        ),
    ]


def _services() -> list[Service]:
    return [
        Service(
            id="abertura-de-conta",
            name="Abertura de conta",
            description="Conta corrente ou poupança, com cartão na hora.",
            duration=timedelta(minutes=45),
            post_buffer=timedelta(minutes=15),
            price=Price(kind="free"),
            staff=("marina", "rafael"),
            anyone="evenly",
            questions=(AskedQuestion(id="documentos"),),
            reminders=REMINDERS,
            follow_up=FOLLOW_UP,
        ),
        Service(
            id="investimentos",
            name="Conversa sobre investimentos",
            description="Por vídeo, com uma especialista certificada.",
            location="https://video.bancoipe.example/investimentos",
            is_online=True,
            duration=timedelta(minutes=30),
            post_buffer=timedelta(minutes=15),
            price=Price(kind="free"),
            staff=("beatriz", "marina"),
            anyone="priority",
            questions=(AskedQuestion(id="assunto"), AskedQuestion(id="cliente")),
            reminders=REMINDERS,
            follow_up=FOLLOW_UP,
        ),
        Service(
            id="credito-imobiliario",
            name="Crédito imobiliário",
            description="Simulação completa e lista de documentos para o seu financiamento.",
            duration=timedelta(minutes=60),
            pre_buffer=timedelta(minutes=15),
            price=Price(kind="free"),
            staff=("joao",),
            questions=(AskedQuestion(id="renda", required=True), AskedQuestion(id="documentos")),
            customer_fields=CustomerFields(phone="required"),
            reminders=REMINDERS,
        ),
        Service(
            id="empresas",
            name="Atendimento a empresas",
            description="MEI, contas de pessoa jurídica, maquininhas e capital de giro.",
            location="Sala 2, mezanino",
            duration=timedelta(minutes=60),
            price=Price(kind="callback"),
            staff=("rafael",),
            questions=(AskedQuestion(id="assunto", required=True),),
            reminders=REMINDERS[:1],
        ),
        Service(
            id="palestra",
            name="Palestra: finanças sem aperto",
            description="Uma hora para organizar as contas da casa. Vagas limitadas.",
            location="Auditório, térreo",
            duration=timedelta(minutes=60),
            pre_buffer=timedelta(minutes=15),
            post_buffer=timedelta(minutes=15),
            price=Price(kind="free"),
            staff=("joao", "beatriz"),
            maximum_attendees=12,
            policy=SchedulingPolicy(
                time_slot_interval=timedelta(minutes=60),
                minimum_lead_time=4 * HOUR,
                maximum_advance=timedelta(days=45),
                availability="weekly_hours",
                hours=weekdays((840, 960), days=(0, 2)),
            ),
            reminders=REMINDERS[:1],
        ),
    ]
