// The demo's identity provider: npm's certified oidc-provider, with people to pick from instead of passwords.
//
//   node identity.mjs '{"port": 7076, "app": "http://localhost:7071", "people": […], …}'   see pieces.py
//
// Access tokens are JWTs for the app's API (RFC 9068). People get them by the code flow with PKCE, the program by
// its credentials. Keys live in the file `keys`; sessions in memory.

import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import Provider from 'oidc-provider';

const options = JSON.parse(process.argv[2]);
const issuer = `http://localhost:${options.port}`;
const [ONE_FACTOR, TWO_FACTORS] = ['one-factor', 'two-factors'];
const people = new Map(options.people.map((person) => [person.email, person]));

function keys() {
  if (!existsSync(options.keys)) {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const key = { ...privateKey.export({ format: 'jwk' }), kid: randomUUID(), use: 'sig', alg: 'RS256' };
    writeFileSync(options.keys, JSON.stringify({ keys: [key] }), { mode: 0o600 });
  }
  return JSON.parse(readFileSync(options.keys, 'utf8'));
}

const said = (person) => ({ email: person.email, email_verified: true, name: person.name });

const provider = new Provider(issuer, {
  jwks: keys(),
  cookies: { keys: [randomUUID()] },
  clients: [
    {
      client_id: options.client,
      client_secret: options.secret,
      redirect_uris: [`${options.app}/console/sign-in/done`],
      post_logout_redirect_uris: [`${options.app}/console/signed-out`],
    },
    {
      client_id: 'command-line',
      token_endpoint_auth_method: 'none',
      redirect_uris: ['http://localhost/token'],
    },
    {
      client_id: options.application.name,
      client_secret: options.application.secret,
      grant_types: ['client_credentials'],
      response_types: [],
      redirect_uris: [],
    },
  ],
  acrValues: [ONE_FACTOR, TWO_FACTORS],
  claims: { openid: ['sub', 'acr'], email: ['email', 'email_verified'], profile: ['name'] },
  conformIdTokenClaims: false,
  pkce: { required: () => true },
  findAccount: (_, sub) => people.has(sub) && { accountId: sub, claims: () => ({ sub, ...said(people.get(sub)) }) },
  loadExistingGrant: async (ctx) => {
    const grant = new provider.Grant({ clientId: ctx.oidc.client.clientId, accountId: ctx.oidc.session.accountId });
    grant.addOIDCScope('openid email profile');
    grant.addResourceScope(options.audience, options.scopes.join(' '));
    await grant.save();
    return grant;
  },
  extraTokenClaims: (_, token) =>
    token.accountId ? said(people.get(token.accountId)) : { roles: options.application.roles },
  features: {
    devInteractions: { enabled: false },
    claimsParameter: { enabled: true },
    clientCredentials: { enabled: true },
    rpInitiatedLogout: { enabled: true, logoutSource: signOutAtOnce },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => options.audience,
      useGrantedResource: () => true,
      getResourceServerInfo: () => ({
        audience: options.audience,
        scope: options.scopes.join(' '),
        accessTokenFormat: 'jwt',
        accessTokenTTL: options.life,
        jwt: { sign: { alg: 'RS256' } },
      }),
    },
  },
  ttl: {
    AccessToken: options.life,
    ClientCredentials: options.life,
    IdToken: 600,
    Interaction: 3600,
    Session: 86400,
    Grant: 86400,
  },
  interactions: { url: (_, interaction) => `/pick/${interaction.uid}` },
  renderError: (ctx, out) => {
    ctx.type = 'html';
    ctx.body = page('This did not work', `<p>${escaped(out.error)}: ${escaped(out.error_description ?? '')}</p>`);
  },
});

async function signOutAtOnce(ctx, form) {
  ctx.body = page('Sign out', `${form}<p><button form="op.logoutForm" name="logout" value="yes">Sign out</button></p>`);
}

function escaped(text) {
  return String(text).replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

function page(title, body, lang = 'en') {
  return `<!doctype html><html lang="${lang}"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${title}</title><link rel="icon" href="data:,"><style>body{font:16px/1.5 system-ui;max-width:32rem;margin:3rem auto;padding:0 1rem}
button{display:block;width:100%;margin:.5rem 0;padding:.75rem 1rem;font:inherit;text-align:start;cursor:pointer}
small{display:block}</style><main><h1>${title}</h1>${body}</main></html>`;
}

/** The first of the languages of the page that the browser accepts, best first. */
function languageOf(request) {
  const wanted = (request.headers['accept-language'] ?? '').split(',').map((part) => {
    const [tag, weight] = part.trim().split(';q=');
    return { tag: tag.slice(0, 2).toLowerCase(), weight: Number(weight ?? 1) };
  });
  const best = wanted.sort((a, b) => b.weight - a.weight).find(({ tag }) => tag in options.heading);
  return best?.tag ?? 'en';
}

/** The page to pick who one is; where the app asks for a second factor, a box says whether one is at hand. */
function choices(lang, isStrong) {
  const one = ({ email, name, what }) =>
    `<button name="email" value="${escaped(email)}"><strong>${escaped(name)}</strong>
<small>${escaped(email)} – ${escaped(what[lang])}</small></button>`;
  const second = `<label><input type="checkbox" name="second" checked> ${escaped(options.second[lang])}</label>`;
  const fields = [isStrong ? second : '', ...[...people.values()].map(one)];
  return page(options.heading[lang], `<form method="post">${fields.join('')}</form>`, lang);
}

async function read(request) {
  let body = '';
  for await (const part of request) body += part;
  return new URLSearchParams(body);
}

async function pick(request, response) {
  const { params } = await provider.interactionDetails(request, response);
  const { acr } = JSON.parse(params.claims ?? '{}').id_token ?? {};
  const isStrong = Boolean(acr?.values?.includes(TWO_FACTORS) || params.acr_values?.split(' ').includes(TWO_FACTORS));
  const sent = request.method === 'POST' ? await read(request) : new URLSearchParams();
  const email = sent.get('email');
  if (!people.has(email)) {
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' });
    response.end(choices(languageOf(request), isStrong));
    return;
  }
  const level = sent.has('second') ? TWO_FACTORS : ONE_FACTOR;
  const isTooWeak = acr?.essential && !acr.values?.includes(level);
  const done = isTooWeak
    ? { error: 'unmet_authentication_requirements', error_description: 'no second factor' }
    : { login: { accountId: email, acr: level } };
  await provider.interactionFinished(request, response, done);
}

const serve = provider.callback();
createServer((request, response) => {
  if (!request.url.startsWith('/pick/')) {
    serve(request, response);
    return;
  }
  pick(request, response).catch(() => {
    response.writeHead(400, { 'content-type': 'text/html; charset=utf-8' });
    response.end(page('This did not work', '<p>Please start again from the app.</p>'));
  });
})
  .on('error', (error) => {
    console.error(error.message);
    process.exitCode = 1;
  })
  .listen(options.port, '127.0.0.1');
