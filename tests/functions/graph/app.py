"""The Graph API called in process: by a person of the clinic, or whoever else."""

from dataclasses import dataclass

from tests.support.builders import a_key, a_person
from tests.support.edge import ORGANISATION_ADMINISTRATOR, QUESTIONS, SERVICES, World, copied, the_world
from tests.support.edge import clinic as small_clinic


ROOT = "/v1.0/solutions/bookingBusinesses"
CLINIC = f"{ROOT}/biz0clinic%40example.org"
ADA, SAM, TIM, VAL, GUS = (f"{name}@clinic.example" for name in ("ada", "sam", "tim", "val", "gus"))
OUTSIDER = "somebody@elsewhere.example"
ROLES = {ADA: "administrator", SAM: "scheduler", TIM: "team_member", VAL: "viewer", GUS: "guest"}


def staffed_clinic(**business):
    """The clinic of tests.support.edge, with a person of each role."""
    calendar = small_clinic(**business)
    people = [a_person(email.partition("@")[0], role=role, is_listed=False) for email, role in ROLES.items()]
    return type(calendar)(
        calendar.business,
        {one.id: one for one in SERVICES},
        {**calendar.staff, **{one.id: one for one in people}},
        {one.id: one for one in QUESTIONS},
    )


@copied
async def the_staffed_world() -> World:
    """The world of tests.support.edge, with that clinic."""
    world = await the_world()
    await world.save(staffed_clinic())
    return world


@dataclass
class GraphWorld:
    """`await graph.get(path)` as the clinic's administrator; `graph.by(VAL)` is somebody else."""

    world: World
    authorization: str

    def by(self, email, *scopes):
        return GraphWorld(self.world, self.world.tokens.of(email, *scopes))

    def by_organisation(self):
        return self.by(ORGANISATION_ADMINISTRATOR)

    def by_application(self, *scopes):
        return GraphWorld(self.world, self.world.tokens.of_application(*scopes))

    def by_nobody(self):
        return GraphWorld(self.world, "")

    async def call(self, method, path, document=None, **headers):
        url = path if path.lower().startswith("/v1.0") else f"{CLINIC}/{path}" if path else CLINIC
        if self.authorization:
            headers.setdefault("authorization", self.authorization)
        return await self.world.call(method, url, document, **headers)

    async def get(self, path="", status=200, **headers):
        answer = await self.call("GET", path, **headers)
        assert answer.status == status, answer.body
        return answer.json()

    async def listed(self, path, **headers):
        return (await self.get(path, **headers))["value"]

    async def post(self, path, document=None, status=201, **headers):
        headers.setdefault("idempotency_key", a_key())
        answer = await self.call("POST", path, document, **headers)
        assert answer.status == status, answer.body
        return answer.json() if answer.body else None

    async def patch(self, path, document, status=204, **headers):
        answer = await self.call("PATCH", path, document, **headers)
        assert answer.status == status, answer.body
        return answer.json() if answer.body else None

    async def delete(self, path, status=204, **headers):
        answer = await self.call("DELETE", path, **headers)
        assert answer.status == status, answer.body
        return answer.json() if answer.body else None

    async def refused(self, method, path, document=None, **headers):
        """Return the status and the error of a refusal, whose envelope is checked."""
        answer = await self.call(method, path, document, **headers)
        assert answer.status >= 400, answer.body
        assert answer.headers["Content-Type"].startswith("application/json")
        error = answer.json()["error"]
        assert error["code"]
        assert error["message"]
        assert error["innerError"]["request-id"] == answer.headers["request-id"]
        return answer.status, error
