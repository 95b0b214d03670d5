"""What a report says that is sent by mail."""

from dataclasses import dataclass

from shared.domain.reports.report_mail import DueReport
from shared.domain.reports.visit_figures import VisitFigures


@dataclass(frozen=True, slots=True)
class MailedReport:
    """The figures of the report that is due, and those of as many days before."""

    due: DueReport
    now: VisitFigures
    then: VisitFigures
