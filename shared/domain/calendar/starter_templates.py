"""Templates for new calendars, by kind of business: services, questions, hours, a policy, and words."""

from dataclasses import dataclass
from datetime import timedelta

from shared.domain.calendar.business import BusinessType
from shared.domain.calendar.policy import DAY, HOUR, SchedulingPolicy
from shared.domain.calendar.service import FieldRule, QuestionKind
from shared.domain.timeline.hours import WeeklyHours, weekdays


NINE_TO_FIVE = weekdays((540, 1020))
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class ServiceTemplate:
    """A service of a template; `seats` of more than one make a group of it, `pause` minutes follow each visit."""

    name: str
    minutes: int
    description: str = ""
    is_online: bool = False
    seats: int = 1
    pause: int = 0


@dataclass(frozen=True, slots=True)
class QuestionTemplate:
    """A question that all services of a template ask; without options any text answers it."""

    text: str
    options: tuple[str, ...] = ()

    @property
    def kind(self) -> QuestionKind:
        """Return how it is answered."""
        return "choice" if self.options else "text"


@dataclass(frozen=True, slots=True)
class Template:
    """What a kind of business starts with. Its texts are in English, and translated where it is used.

    `header` stands on the page, `preparing` in the confirmation, and `tips` in the waiting room. Confirmations by
    mail are always sent; customers are reminded `reminder_hours` before.
    """

    offers: tuple[ServiceTemplate, ...]
    questions: tuple[QuestionTemplate, ...]
    header: str
    preparing: str = ""
    tips: tuple[str, ...] = ("Sit where it is quiet and bright.",)
    phone: FieldRule = "optional"
    hours: WeeklyHours = NINE_TO_FIVE
    increment: int = 30
    lead_hours: int = 2
    days_ahead: int = 60
    reminder_hours: int = 24

    def policy(self, base: SchedulingPolicy) -> SchedulingPolicy:
        """Return a policy with the template's increment and lead times."""
        changes = {
            "time_slot_interval": self.increment * MINUTE,
            "minimum_lead_time": self.lead_hours * HOUR,
            "maximum_advance": self.days_ahead * DAY,
        }
        return base.model_copy(update=changes)


YES_OR_NO = ("Yes", "No")
TEMPLATES: dict[BusinessType, Template] = {
    "health": Template(
        (
            ServiceTemplate(
                "First consultation",
                45,
                "Your first visit: we get to know you, and there is time for all your questions.",
            ),
            ServiceTemplate(
                "Follow-up consultation",
                20,
                "To talk about results, a treatment under way, or a prescription.",
            ),
            ServiceTemplate(
                "Video consultation", 20, "By video, from wherever you are. No app is needed.", is_online=True
            ),
            ServiceTemplate("Vaccination", 15, "Please bring your vaccination record."),
        ),
        (
            QuestionTemplate("What is the reason for your visit?"),
            QuestionTemplate("Have you been here before?", YES_OR_NO),
        ),
        "Choose what you need and a time that suits you. **In an emergency, call your local emergency number.**",
        "Please bring your insurance card, a list of your medicines, and recent results if you have any.",
        ("Have a list of your medicines at hand.", "Sit where it is quiet and bright."),
        phone="required",
        increment=15,
    ),
    "finance": Template(
        (
            ServiceTemplate(
                "Opening an account", 45, "We open your account together and set up what goes with it."
            ),
            ServiceTemplate(
                "Advice on a loan", 60, "For a home, a car or another plan: what it costs, and what fits."
            ),
            ServiceTemplate(
                "Investment advice by video", 45, "Your savings and investments, by video.", is_online=True
            ),
            ServiceTemplate("Question about an account or a card", 20),
        ),
        (
            QuestionTemplate("What would you like to talk about?"),
            QuestionTemplate("Are you a customer already?", YES_OR_NO),
        ),
        "Talk to an adviser, at the branch or by video.",
        "Please bring an identity document. For a loan, bring your last three payslips as well.",
        ("Have your identity document at hand.", "Sit where nobody else can listen."),
        phone="required",
        lead_hours=24,
    ),
    "retail": Template(
        (
            ServiceTemplate("Personal shopping", 60, "One of us has time for you alone, and a selection ready."),
            ServiceTemplate(
                "Product advice by video", 30, "We show you around and answer what you ask.", is_online=True
            ),
            ServiceTemplate("Collecting an order", 15, "Your order is waiting for you at this time."),
            ServiceTemplate("Repair or return", 15, "Please bring the product and the receipt."),
        ),
        (QuestionTemplate("Which product is it about?"),),
        "Come when there is time for you: choose what you need.",
        hours=weekdays((600, 1140), days=range(6)),
        increment=15,
        lead_hours=1,
        days_ahead=30,
    ),
    "beauty": Template(
        (
            ServiceTemplate("Haircut", 45, "Wash, cut and blow-dry.", pause=5),
            ServiceTemplate("Hair colouring", 120, "Colour or highlights, with wash and blow-dry.", pause=10),
            ServiceTemplate("Manicure", 45, "Nails shaped and polished.", pause=5),
            ServiceTemplate("Facial", 60, "Cleansing, a mask and a massage of the face.", pause=10),
            ServiceTemplate(
                "Advice by video", 20, "To talk about a new colour or style before you come.", is_online=True
            ),
        ),
        (
            QuestionTemplate("Is there anything we should know, such as allergies?"),
            QuestionTemplate("Have you been here before?", YES_OR_NO),
        ),
        "Choose what you would like to have done, and when.",
        "Please come five minutes early. If you cannot come, tell us soon: someone else may be waiting.",
        ("Sit by a window, so that colours look as they are.", "Have pictures of what you like at hand."),
        phone="required",
        hours=weekdays((540, 1140), days=range(1, 6)),
        increment=15,
        lead_hours=1,
        days_ahead=90,
    ),
    "education": Template(
        (
            ServiceTemplate("Office hours", 15, "For a short question about a course or an exam."),
            ServiceTemplate("Advice on enrolment", 30, "Which course fits, what it needs, and how to apply."),
            ServiceTemplate("Online tutoring", 60, "One to one, by video.", is_online=True),
            ServiceTemplate("Conversation with parents", 20),
            ServiceTemplate("Guided tour", 60, "See the place, and ask those who work here.", seats=15),
        ),
        (QuestionTemplate("Which course or class is it about?"),),
        "Choose what it is about, and a time that suits you.",
        tips=("Have your questions and papers at hand.", "Sit where it is quiet and bright."),
        increment=15,
        lead_hours=4,
    ),
    "public_sector": Template(
        (
            ServiceTemplate("Identity card or passport", 20, "To apply for a document, or to collect it."),
            ServiceTemplate("Registering an address", 20, "After you have moved."),
            ServiceTemplate("Appointment at the counter", 20, "For all other requests."),
            ServiceTemplate("Advice by video", 30, "To find out what you need before you come.", is_online=True),
        ),
        (QuestionTemplate("Which request is it about?"),),
        "With an appointment you do not have to queue.",
        "Please bring an identity document, and your file number if you have one.",
        ("Have your papers and your file number at hand.",),
        hours=weekdays((510, 720), (810, 960)),
        increment=10,
        lead_hours=24,
        days_ahead=30,
    ),
    "hr": Template(
        (
            ServiceTemplate("Job interview", 60, "We get to know each other, by video.", is_online=True, pause=15),
            ServiceTemplate("Conversation with HR", 30, "In confidence, about anything at work.", pause=15),
            ServiceTemplate(
                "Introduction for new colleagues", 90, "Who is who, and how things are done here.", seats=10
            ),
        ),
        (QuestionTemplate("What would you like to talk about?"),),
        "Choose what it is about, and a time that suits you.",
        tips=("Check camera and microphone in good time.", "Sit where it is quiet and bright."),
        lead_hours=24,
    ),
    "general": Template(
        (
            ServiceTemplate("Appointment", 30),
            ServiceTemplate("Long appointment", 60, "When there is more to talk about."),
            ServiceTemplate("Video appointment", 30, "By video, from wherever you are.", is_online=True),
        ),
        (QuestionTemplate("Is there anything we should know?"),),
        "Choose what you need and a time that suits you.",
    ),
}
