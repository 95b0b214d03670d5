"""Who gives no mail address still gets the links: by SMS, or on the page with its code and its calendar file."""

from dataclasses import replace

import pytest

from shared.domain.calendar.service import CustomerFields
from tests.functions.sms.phones import MOBILE, Texting
from tests.support.builders import a_service
from tests.support.edge import clinic


@pytest.mark.parametrize("by_sms", [True, False])
async def test_without_an_address_the_links_come_by_sms_or_are_to_be_kept(by_sms):
    world = await Texting.opened()
    calendar = clinic()
    service = a_service("texts", send_sms=True, customer_fields=CustomerFields(email="optional"))
    await world.save(replace(calendar, services={**calendar.services, "texts": service}))
    agreed = {"smsConsent": "Text me."} if by_sms else {}
    token = await world.token(service="texts", customer={"name": "Ana", "phone": MOBILE}, **agreed)
    page = (await world.call("GET", f"/book/clinic/manage/{token}?new=1")).body.decode()
    assert ("text message to +33612345670" in page) is by_sms
    assert ("keep the link to this appointment" in page) is not by_sms
    assert 'class="phone no-print" open' in page
    assert "appointment.ics" in page
    await world.services.due_work.send()
    assert [token in one for one in world.telephones.said] == ([True] if by_sms else [])
    assert world.postman.to("") == []
