// The life of a calendar by Microsoft's JavaScript SDK, as it comes from npm; prints what it saw as JSON.
// Takes the app's address, a person's token, an application's token and a day from the environment.
import { createRequire } from "node:module";

const require = createRequire(new URL("../../infra/local/package.json", import.meta.url));
const { Client, GraphError, PageIterator } = require("@microsoft/microsoft-graph-client");
const { APP, TOKEN, PROGRAM, DAY } = process.env;
const ROOT = "/solutions/bookingBusinesses";

const clientBy = (token) =>
  Client.init({ baseUrl: `${APP}/`, customHosts: new Set(["localhost"]), authProvider: (done) => done(null, token) });

const client = clientBy(TOKEN);
const at = (clock, timeZone = "Pacific Standard Time") => ({ dateTime: `${DAY}T${clock}:00`, timeZone });
const refused = async (call) => {
  try {
    await call;
    return "not refused";
  } catch (error) {
    if (!(error instanceof GraphError)) throw error;
    return [error.statusCode, error.code];
  }
};
const followed = async (first, by = client) => {
  const found = [];
  await new PageIterator(by, first, (one) => Boolean(found.push(one))).iterate();
  return found;
};

const seen = {};
const made = await client.api(ROOT).post({ displayName: "Contoso", bookingPageSettings: { businessTimeZone: "Pacific Standard Time" } });
const one = `${ROOT}/${encodeURIComponent(made.id)}`;
seen.zone = (await client.api(one).get()).bookingPageSettings.businessTimeZone;

const people = [];
for (const name of ["Ada", "Bea", "Carl", "Dora", "Eve"])
  people.push(await client.api(`${one}/staffMembers`).post({ "@odata.type": "#microsoft.graph.bookingStaffMember", displayName: name, emailAddress: `${name}@contoso.example`, role: "guest" }));
const first = await client.api(`${one}/staffMembers`).top(2).count(true).get();
const everybody = await followed(first);
seen.people = { page: first.value.length, count: first["@odata.count"], link: first["@odata.nextLink"], names: everybody.map((it) => it.displayName).filter((name) => people.some((it) => it.displayName === name)).sort() };
seen.twice = await refused(client.api(`${one}/staffMembers`).post({ displayName: "Ada again", emailAddress: "ADA@contoso.example", role: "guest" }));

const service = await client.api(`${one}/services`).post({ displayName: "Fitting", defaultDuration: "PT1H", defaultPriceType: "undefined", staffMemberIds: people.map((it) => it.id) });
seen.service = [service.defaultPriceType, service.isCustomerAllowedToManageBooking, service.webUrl.startsWith(APP)];
await client.api(`${one}/services/${service.id}`).patch({ ...(await client.api(`${one}/services/${service.id}`).get()), description: "Try it on." });
seen.description = (await client.api(`${one}/services/${service.id}`).get()).description;

const book = (clock, person) => client.api(`${one}/appointments`).post({
  serviceId: service.id,
  startDateTime: at(clock),
  endDateTime: at(`${Number(clock.slice(0, 2)) + 1}:00`),
  staffMemberIds: [people[person].id],
  customers: [{ "@odata.type": "#microsoft.graph.bookingCustomerInformation", name: "Jo", emailAddress: "jo@contoso.example", timeZone: "Pacific Standard Time" }],
});
const booked = [];
for (const [clock, person] of [["09:00", 0], ["09:00", 1], ["10:00", 0], ["11:00", 0], ["13:00", 2]]) booked.push(await book(clock, person));
seen.taken = await refused(book("09:00", 0));
seen.start = booked[0].startDateTime;
const page = await client.api(`${one}/appointments`).top(2).get();
seen.appointments = (await followed(page)).map((it) => booked.findIndex((known) => known.id === it.id)).sort();
const view = await client.api(`${one}/calendarView`).query({ start: `${DAY}T00:00:00-08:00`, end: `${DAY}T23:59:00-08:00` }).top(2).get();
seen.view = (await followed(view)).length;

await client.api(`${one}/appointments/${booked[0].id}`).patch({ serviceNotes: "Bring the blue one." });
seen.notes = (await client.api(`${one}/appointments/${booked[0].id}`).get()).serviceNotes;
await client.api(`${one}/appointments/${booked[1].id}/cancel`).post({ cancellationMessage: "We are ill." });
await client.api(`${one}/appointments/${booked[2].id}`).delete();
seen.states = await Promise.all([0, 1, 2].map(async (place) => (await client.api(`${one}/appointments/${booked[place].id}`).get()).status));
seen.left = (await followed(await client.api(`${one}/appointments`).top(1).get())).length;

const asked = { staffIds: people.map((it) => it.id), startDateTime: at("08:00"), endDateTime: at("18:00") };
seen.free = (await clientBy(PROGRAM).api(`${one}/getStaffAvailability`).post(asked)).value.map((it) => it.availabilityItems.length > 0);

await client.api(`${one}/publish`).post({});
seen.published = (await client.api(one).get()).publicUrl;
await client.api(`${one}/unpublish`).post({});
const currencies = await client.api("/solutions/bookingCurrencies").get();
seen.currencies = [currencies.value.length > 140, currencies["@odata.nextLink"] ?? null, (await followed(await client.api("/solutions/bookingCurrencies").top(60).get())).length === currencies.value.length];
await client.api(one).delete();
seen.gone = await refused(client.api(one).get());
console.log(JSON.stringify(seen));
