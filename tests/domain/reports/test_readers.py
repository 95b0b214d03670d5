"""Who reads a calendar's report once somebody is gone."""

from shared.domain.reports.readers import without_leaver, without_reader
from shared.domain.reports.report_mail import ReportMail
from tests.support.builders import a_business, a_calendar, a_person


def test_who_is_gone_reads_no_more_unless_a_colleague_has_the_address() -> None:
    mail = ReportMail(every="week", readers=("Ada@example.org", "bob@example.org"))
    calendar = a_calendar(a_business(report_mail=mail), staff=[a_person("new", email="ada@Example.org")])
    assert without_leaver(calendar, "ADA@example.org") == calendar
    for left in (without_reader(calendar, "ADA@example.org"), without_leaver(calendar, "bob@example.org")):
        assert left.business.report_mail.readers in (("bob@example.org",), ("Ada@example.org",))
