// A real identity provider, in this process: it asks nobody for anything and says that the person is who the test says.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Provider } from 'oidc-provider';

export interface IdentityProvider {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Who is at the browser: what the provider knows about them. */
  person: { readonly sub: string; readonly email?: string; readonly email_verified?: boolean };
  /** Where people may be sent back to; before the first of them. */
  serve(redirectUri: string): void;
  close(): Promise<void>;
}

export async function openIdentityProvider(): Promise<IdentityProvider> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const opened: IdentityProvider = {
    issuer, clientId: 'hookline', clientSecret: 'a secret of the client that is long enough', person: { sub: 'nobody' },
    serve(redirectUri) {
      const provider = new Provider(issuer, {
        clients: [{ client_id: opened.clientId, client_secret: opened.clientSecret, redirect_uris: [redirectUri], grant_types: ['authorization_code'], response_types: ['code'] }],
        claims: { openid: ['sub'], email: ['email', 'email_verified'] },
        pkce: { required: () => true },
        cookies: { keys: ['a key for cookies of a test'] },
        features: { devInteractions: { enabled: false } },
        interactions: { url: (_context, interaction) => `/interaction/${interaction.uid}` },
        findAccount: async (_context, accountId) => ({ accountId, claims: async () => ({ ...opened.person, sub: accountId }) }),
      });
      const answer = provider.callback();
      server.on('request', (request, response) => {
        if (!request.url?.startsWith('/interaction/')) return void answer(request, response);
        void (async () => {
          const { params } = await provider.interactionDetails(request, response);
          const { sub: accountId } = opened.person;
          const grant = new provider.Grant({ accountId, clientId: String(params['client_id']) });
          grant.addOIDCScope('openid email');
          await provider.interactionFinished(request, response, { login: { accountId }, consent: { grantId: await grant.save() } }, { mergeWithLastSubmission: false });
        })();
      });
    },
    close: () => new Promise((resolve) => { server.close(() => resolve()); server.closeAllConnections(); }),
  };
  return opened;
}
