"""The standard words of the infographic, by step and by variant."""

from collections.abc import Mapping

from shared.domain.calendar.toolkit import Variant
from shared.domain.toolkit.infographic import StepName
from shared.i18n.marked import marked


HEADING = marked("Your online appointment")
TITLES: Mapping[StepName, str] = {
    "book": marked("Book a time"),
    "prepare": marked("Prepare"),
    "test": marked("Test your devices"),
    "join": marked("Join"),
    "trouble": marked("If it doesn’t work"),
    "after": marked("After your appointment"),
}
STEP_TEXTS: Mapping[StepName, str] = {
    "book": marked("Choose a service and a time on our booking page."),
    "test": marked("Scan the code, and test your camera and microphone."),
    "join": marked(
        "Open the link in your confirmation. There’s nothing to install. Someone admits you from the waiting room."
    ),
    "trouble": marked("Reload the page, or try another device."),
    "after": marked("The link in your confirmation also lets you reschedule or cancel."),
}
PREPARATION: Mapping[Variant, str] = {
    "health": marked(
        "Find a quiet, well-lit place. Have a list of your medicines at hand. Someone you trust may join you."
    ),
    "finance": marked("Find a quiet place where no one listens. Have your identity card and documents at hand."),
    "retail": marked("Find a well-lit place. Have measurements and photos at hand."),
    "general": marked("Find a quiet, well-lit place. Write your questions down."),
}
CALL = marked("Call %(phone)s.")
DRAWN: Mapping[str, str] = {
    "book": marked("A calendar with a check mark"),
    "prepare-health": marked("A clipboard with a cross"),
    "prepare-finance": marked("An identity card"),
    "prepare-retail": marked("A ruler"),
    "prepare-general": marked("A sheet with notes"),
    "test": marked("A camera with a check mark"),
    "join": marked("A person on a screen"),
    "trouble": marked("A phone"),
    "after": marked("A list with check marks"),
}
VARIANTS: Mapping[Variant, str] = {
    "health": marked("Healthcare"),
    "finance": marked("Financial services"),
    "retail": marked("Retail"),
    "general": marked("General"),
}
