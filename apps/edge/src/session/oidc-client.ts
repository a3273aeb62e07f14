// Single sign-on by OpenID Connect: the authorization code flow with PKCE, state and nonce, by a maintained library. Who the provider says somebody is counts by a verified
// e-mail address alone.
import { HooklineError } from '@hookline/core';
import type { Configuration } from 'openid-client';

export interface OidcSettings {
  readonly issuer: string;
  readonly clientId: string;
  /** null = a public client. */
  readonly clientSecret: string | null;
}

/** What the browser keeps between going to the provider and coming back. */
export interface OidcAttempt {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
}

export interface OidcClient {
  /** Where the browser goes. Throws `store_unavailable` while the provider does not answer. */
  begin(redirectUri: string): Promise<{ readonly url: string; readonly attempt: OidcAttempt }>;
  /** `returned` is the address the browser came back to, with what the provider put there. Throws where the provider, the code or the token are not right. */
  finish(returned: URL, attempt: OidcAttempt): Promise<{ readonly email: string | null; readonly isVerified: boolean }>;
}

const SCOPE = 'openid email';
/** Of each call of the provider. */
const PROVIDER_TIMEOUT_SEC = 10;
const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

/** Why an issuer cannot be one; null = it can. Over plain http only on this machine, for trying it out. */
export function issuerProblem(issuer: string): string | null {
  const url = URL.parse(issuer);
  if (url === null || url.search !== '' || url.hash !== '' || url.username !== '') return 'must be a URL without a query';
  return url.protocol === 'https:' || (url.protocol === 'http:' && LOOPBACK.has(url.hostname)) ? null : 'must begin with https://';
}

/** The library is loaded, and the provider asked for its addresses, when somebody signs in for the first time; where that fails, the next one asks again. */
export function createOidcClient({ issuer, clientId, clientSecret }: OidcSettings): OidcClient {
  let discovered: Promise<Configuration> | null = null;
  const provider = async (): Promise<{ client: typeof import('openid-client'); config: Configuration }> => {
    const client = await import('openid-client');
    const isPlain = URL.parse(issuer)?.protocol === 'http:';
    discovered ??= client.discovery(new URL(issuer), clientId, undefined, clientSecret === null ? client.None() : client.ClientSecretBasic(clientSecret), { timeout: PROVIDER_TIMEOUT_SEC, ...(isPlain && { execute: [client.allowInsecureRequests] }) });
    try {
      return { client, config: await discovered };
    } catch (error: unknown) {
      discovered = null;
      throw new HooklineError('store_unavailable', 'the identity provider does not answer', error);
    }
  };
  return {
    async begin(redirectUri) {
      const { client, config } = await provider();
      const attempt = { state: client.randomState(), nonce: client.randomNonce(), verifier: client.randomPKCECodeVerifier() };
      const challenge = await client.calculatePKCECodeChallenge(attempt.verifier);
      const url = client.buildAuthorizationUrl(config, { redirect_uri: redirectUri, scope: SCOPE, state: attempt.state, nonce: attempt.nonce, code_challenge: challenge, code_challenge_method: 'S256' });
      return { url: url.href, attempt };
    },
    async finish(returned, { state, nonce, verifier }) {
      const { client, config } = await provider();
      const tokens = await client.authorizationCodeGrant(config, returned, { expectedState: state, expectedNonce: nonce, pkceCodeVerifier: verifier, idTokenExpected: true });
      const ofToken = tokens.claims();
      // Many providers tell the address only when they are asked for it.
      const told = ofToken !== undefined && ofToken['email'] === undefined && config.serverMetadata().userinfo_endpoint !== undefined ? await client.fetchUserInfo(config, tokens.access_token, ofToken.sub) : ofToken;
      const email = told?.['email'];
      return { email: typeof email === 'string' ? email : null, isVerified: told?.['email_verified'] === true };
    },
  };
}
