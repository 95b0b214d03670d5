"""What a report says that is sent by mail."""

from dataclasses import dataclass

from shared.domain.reports.report_mail import DueReport, OrganisationReportMail
from shared.domain.reports.visit_figures import VisitFigures


@dataclass(frozen=True, slots=True)
class MailedReport:
    """The figures of the report that is due, and those of as many days before.

    `of_all` says to whom that of all calendars is sent; None for the report of one calendar.
    """

    due: DueReport
    now: VisitFigures
    then: VisitFigures
    of_all: OrganisationReportMail | None = None
