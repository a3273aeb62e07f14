import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { oidcSettings } from '../src/config/load-settings.ts';
import { issuerProblem } from '../src/session/oidc-client.ts';
import { type EdgeRig, openEdgeRig } from './edge-rig.ts';
import { type IdentityProvider, openIdentityProvider } from './identity-provider.ts';

// Single sign-on against a real provider, as a browser goes through it.

const CALLBACK = '/v1/session/oidc/callback';

let provider: IdentityProvider;
let rig: EdgeRig;
beforeAll(async () => {
  provider = await openIdentityProvider();
  rig = await openEdgeRig({ config: { oidc: provider } });
  provider.serve(`${rig.server.url}${CALLBACK}`);
  await rig.call('POST', '/v1/users', { body: { login: 'Ann@example.net' } });
  await rig.call('POST', '/v1/users', { token: rig.other, body: { login: 'two@example.net', master: true } });
});
afterAll(async () => {
  await rig.close();
  await provider.close();
});

interface Step {
  readonly url: string;
  readonly status: number;
  readonly location: string | null;
  readonly cookies: readonly string[];
}

/** Goes where it is sent until somebody does not send it on, or to a page of ours. Each origin has its cookies. */
class Visitor {
  readonly jar = new Map<string, Map<string, string>>();
  readonly steps: Step[] = [];
  async go(target: string, stopsAt: (url: URL) => boolean = (url) => url.origin === rig.server.url && !url.pathname.startsWith('/v1/')): Promise<string> {
    let url = new URL(target, rig.server.url);
    while (!stopsAt(url)) {
      const kept = this.jar.get(url.origin) ?? new Map<string, string>();
      this.jar.set(url.origin, kept);
      const response = await fetch(url, { redirect: 'manual', headers: { cookie: [...kept].map(([name, value]) => `${name}=${value}`).join('; ') } });
      const cookies = response.headers.getSetCookie();
      for (const cookie of cookies) {
        const [, name, value] = /^([^=]+)=([^;]*)/.exec(cookie) as unknown as [string, string, string];
        if (value === '') kept.delete(name);
        else kept.set(name, value);
      }
      const location = response.headers.get('location');
      this.steps.push({ url: url.href, status: response.status, location, cookies });
      if (location === null) return `${response.status} ${await response.text()}`;
      url = new URL(location, url);
    }
    return `${url.pathname}${url.search}`;
  }
  async who(): Promise<string | null> {
    const cookie = [...(this.jar.get(rig.server.url) ?? [])].map(([name, value]) => `${name}=${value}`).join('; ');
    return (await rig.call('GET', '/v1/session', { token: null, headers: { cookie } })).json.user?.login ?? null;
  }
}
const ANN = { sub: 'ann', email: 'ann@EXAMPLE.net', email_verified: true };

describe('signing in', () => {
  it('takes the user whose login is the verified address, password or not, with PKCE, state and nonce', async () => {
    provider.person = ANN;
    const visitor = new Visitor();
    expect(await visitor.go('/v1/session/oidc?next=/hooks/hok_1%3Ftab=dead')).toBe('/hooks/hok_1?tab=dead');
    expect(await visitor.who()).toBe('ann@example.net');
    const asked = new URL(visitor.steps[0]?.location ?? '').searchParams;
    expect(Object.fromEntries(asked)).toMatchObject({ response_type: 'code', client_id: 'hookline', scope: 'openid email', code_challenge_method: 'S256', redirect_uri: `${rig.server.url}${CALLBACK}` });
    expect([asked.get('state'), asked.get('nonce'), asked.get('code_challenge')].map((value) => (value ?? '').length > 20)).toEqual([true, true, true]);
    const last = visitor.steps.at(-1) as Step;
    expect(last.cookies).toEqual([expect.stringMatching(/^hookline-session=[\w-]{43}; Path=\/; Max-Age=604800; HttpOnly; SameSite=Lax$/), expect.stringMatching(/^hookline-oidc=; .*Max-Age=0/)]);
  });

  it('finds the user of the account that was asked for', async () => {
    provider.person = { ...ANN, sub: 'two', email: 'two@example.net' };
    const visitor = new Visitor();
    expect(await visitor.go('/v1/session/oidc?account_id=2')).toBe('/');
    expect(await visitor.who()).toBe('two@example.net');
    expect(await new Visitor().go('/v1/session/oidc?account_id=1')).toBe('/sign-in?problem=oidc_user_unknown');
  });

  it.each([
    ['nobody has', { sub: 'eve', email: 'eve@example.net', email_verified: true }, 'oidc_user_unknown'], ['is not verified', { ...ANN, email_verified: false }, 'oidc_email_unverified'],
    ['is missing', { sub: 'ann2' }, 'oidc_email_unverified'], ['is said to be verified by no word', { sub: 'ann', email: 'ann@example.net' }, 'oidc_email_unverified'],
  ])('refuses an address that %s, and makes no user', async (_name, person, problem) => {
    provider.person = person;
    const before = (await rig.call('GET', '/v1/users')).text;
    const visitor = new Visitor();
    expect(await visitor.go('/v1/session/oidc')).toBe(`/sign-in?problem=${problem}`);
    expect(await visitor.who()).toBeNull();
    expect((await rig.call('GET', '/v1/users')).text).toBe(before);
  });

  it.each(['//evil.example', '/\\evil.example', 'https://evil.example', '/..//evil.example', '/%09/evil.example/..//', 'javascript:alert(1)', '/\t/evil.example', '/a\nb'])('F19: leads to no other host: next=%j', async (next) => {
    provider.person = ANN;
    const visitor = new Visitor();
    await visitor.go(`/v1/session/oidc?next=${encodeURIComponent(next)}`);
    const { location } = visitor.steps.at(-1) as Step;
    expect([new URL(location as string, rig.server.url).origin, location?.startsWith('//')]).toEqual([rig.server.url, false]);
  });
});

describe('what comes back', () => {
  const comesBack = (url: URL): boolean => url.pathname === CALLBACK || url.pathname === '/sign-in';

  it('counts for the browser that went, once', async () => {
    provider.person = ANN;
    const victim = new Visitor();
    const attacker = new Visitor();
    const stolen = await attacker.go('/v1/session/oidc', comesBack);
    expect(await victim.go(stolen)).toBe('/sign-in?problem=oidc_failed');
    await victim.go('/v1/session/oidc', comesBack);
    expect(await victim.go(stolen)).toBe('/sign-in?problem=oidc_failed');
    expect(await victim.who()).toBeNull();
    expect(await attacker.go(stolen)).toBe('/');
    expect(await attacker.go(stolen)).toBe('/sign-in?problem=oidc_failed');
  });

  it.each(['', '?code=x', '?error=access_denied', '?code=x&state=y', '?code=x&state=y&iss=https://evil.example'])('%j is not enough', async (query) => {
    const visitor = new Visitor();
    await visitor.go('/v1/session/oidc', (url) => url.origin === provider.issuer);
    expect(await visitor.go(`${CALLBACK}${query}`)).toMatch(/^\/sign-in\?problem=(oidc_failed|too_many_attempts)$/);
    expect(await visitor.who()).toBeNull();
  });
});

it('a user that is told to have no password loses the sessions, and may sign in here', async () => {
  const { id } = (await rig.call('POST', '/v1/users', { body: { login: 'lou@example.net', password: 'only looking' } })).json;
  const signedIn = await rig.call('POST', '/v1/session', { token: null, headers: { origin: rig.server.url }, body: { login: 'lou@example.net', password: 'only looking' } });
  const cookie = (signedIn.headers.get('set-cookie') ?? '').split(';')[0] as string;
  rig.clock.move(5);
  await rig.call('PATCH', `/v1/users/${id}`, { body: { password: null } });
  expect((await rig.call('GET', '/v1/session', { token: null, headers: { cookie } })).status).toBe(401);
});

describe('what is set up', () => {
  it('is told to the sign-in page', async () => {
    expect((await rig.call('GET', '/v1/session/methods', { token: null })).json).toEqual({ password: true, oidc: { start: '/v1/session/oidc' } });
  });

  it('F12: behind https the cookies are for this host alone, and the provider sends back to its public origin', async () => {
    const own = await openEdgeRig({ config: { oidc: provider, publicUrl: 'https://hooks.example.net' } });
    const response = await fetch(`${own.server.url}/v1/session/oidc`, { redirect: 'manual' });
    expect(response.headers.get('set-cookie')).toMatch(/^__Host-hookline-oidc=[\w-]+; Path=\/; Max-Age=600; HttpOnly; SameSite=Lax; Secure$/);
    expect(new URL(response.headers.get('location') ?? '').searchParams.get('redirect_uri')).toBe(`https://hooks.example.net${CALLBACK}`);
    await own.close();
  });

  it('is nothing, or a provider that is away: the sign-in page says so', async () => {
    const own = await openEdgeRig();
    const away = await openEdgeRig({ config: { oidc: { issuer: 'http://127.0.0.1:9', clientId: 'x', clientSecret: null } } });
    const locations = await Promise.all([own, away].map(async ({ server }) => (await fetch(`${server.url}/v1/session/oidc`, { redirect: 'manual' })).headers.get('location')));
    expect(locations).toEqual(['/sign-in?problem=oidc_off', '/sign-in?problem=oidc_unavailable']);
    expect((await own.call('GET', '/v1/session/methods', { token: null })).json.oidc).toBeNull();
    await Promise.all([own.close(), away.close()]);
  });

  it.each([['https://login.example.net', true], ['https://login.example.net/realms/a', true], ['http://127.0.0.1:9000', true], ['http://login.example.net', false], ['https://a@b.example', false], ['https://x.example/?a=1', false], ['login', false]])('%s as issuer: %s', (issuer, fits) => {
    expect(issuerProblem(issuer) === null).toBe(fits);
  });

  it('is whole or not at all', () => {
    const none = { oidcIssuer: undefined, oidcClientId: undefined, oidcClientSecret: undefined };
    expect(oidcSettings(none)).toBeNull();
    expect(() => oidcSettings({ ...none, oidcIssuer: 'https://a.example' })).toThrow('go together');
    expect(() => oidcSettings({ ...none, oidcClientId: 'x' })).toThrow('go together');
  });
});
