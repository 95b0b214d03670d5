"""Check that whoever books reads the mail of the address they give, where the calendar asks for that."""

from datetime import datetime
from typing import Protocol

from shared.domain.appointment import Customer
from shared.domain.business import Calendar
from shared.domain.email_code import is_code_asked, is_right_code
from shared.domain.errors import InvalidFields
from shared.domain.service import Service
from shared.use_cases.check_form import REQUIRED


NOT_RIGHT = "not the code of the last ten minutes"


class Coded(Protocol):
    @property
    def customer(self) -> Customer: ...
    @property
    def code(self) -> str: ...


def check_code(form: Coded, calendar: Calendar, service: Service, *, secret: str, now: datetime) -> None:
    """Raise InvalidFields where a code is asked for and is missing or wrong, or where no address could get one."""
    if not is_code_asked(calendar.business.page, service):
        return
    email = form.customer.email
    if not email:
        raise InvalidFields([("/customer/email", REQUIRED)])
    if not form.code:
        raise InvalidFields([("/code", REQUIRED)])
    if not is_right_code(secret, calendar.business.id, email, form.code, now):
        raise InvalidFields([("/code", NOT_RIGHT)])
