/**
 * The agency's OpenID Connect provider: what it is asked, and whether its answer holds (OpenID Connect Core 1.0;
 * code flow with proof key, RFC 7636; the issuer named in the answer, RFC 9207).
 */
import {
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  type Configuration,
  calculatePKCECodeChallenge,
  customFetch,
  discovery,
  type IDToken,
} from 'openid-client';
import { IcarusError } from '#core/errors.ts';
import { outgoingTo } from '#platform/outgoing.ts';
import { fetchThrough } from '#platform/outgoing-fetch.ts';
import type { Login } from './identity-store.ts';
import { PROOF_MINUTES, type ProviderOptions } from './options.ts';

export interface Provider {
  readonly issuer: string;
  /** Where the browser is sent. @throws access/provider-silent */
  loginUrl(login: Login, state: string): Promise<URL>;
  /**
   * Who came back.
   * @param answer the whole address that the browser was sent back to
   * @throws access/provider-silent, access/provider-refused, access/provider-weak
   */
  subjectOf(answer: URL, login: Login, state: string): Promise<string>;
}

/** @param redirectUri where the provider sends the browser back to */
export function openProvider(options: ProviderOptions, redirectUri: string): Provider {
  const { acr = [] } = options;
  let known: Promise<Configuration> | undefined;
  const configuration = async (): Promise<Configuration> => {
    known ??= discover(options);
    try {
      return await known;
    } catch (cause) {
      known = undefined;
      throw new IcarusError('access/provider-silent', { issuer: options.issuer }, { cause });
    }
  };
  return {
    issuer: options.issuer,
    async loginUrl({ purpose, nonce, codeVerifier }, state) {
      return buildAuthorizationUrl(await configuration(), {
        redirect_uri: redirectUri,
        scope: 'openid',
        state,
        nonce,
        code_challenge: await calculatePKCECodeChallenge(codeVerifier),
        code_challenge_method: 'S256',
        ...(acr.length > 0 && { acr_values: acr.join(' ') }),
        ...(purpose === 'prove' && { prompt: 'login', max_age: '0' }),
      });
    },
    async subjectOf(answer, { purpose, nonce, codeVerifier }, state) {
      const provider = await configuration();
      const tokens = await authorizationCodeGrant(provider, answer, {
        pkceCodeVerifier: codeVerifier,
        expectedState: state,
        expectedNonce: nonce,
        idTokenExpected: true,
        ...(purpose === 'prove' && { maxAge: PROOF_MINUTES * 60 }),
      }).catch((cause: unknown) => {
        throw new IcarusError('access/provider-refused', { issuer: options.issuer }, { cause });
      });
      const claims = tokens.claims();
      if (!claims || claims.iss !== options.issuer)
        throw new IcarusError('access/provider-refused', { issuer: options.issuer });
      checkStrength(options, claims);
      return claims.sub;
    },
  };
}

/** A provider need not heed what it was asked for (OpenID Connect Core 1.0, section 3.1.2.1), nor say how it knew somebody. */
function checkStrength({ issuer, acr = [], amr = [] }: ProviderOptions, claims: IDToken): void {
  const said: readonly unknown[] = Array.isArray(claims.amr) ? claims.amr : [];
  const methods = said.filter((one) => typeof one === 'string');
  const strong =
    (acr.length === 0 || acr.some((one) => one === claims.acr)) && amr.every((one) => methods.includes(one));
  if (strong) return;
  const told = typeof claims.acr === 'string' ? claims.acr : 'none';
  throw new IcarusError('access/provider-weak', { issuer, acr: told, amr: methods.join(' ') || 'none' });
}

/** Only this machine is asked without TLS, which is for tests and trials. */
async function discover(options: ProviderOptions): Promise<Configuration> {
  const { issuer, clientId, clientSecret, outgoingNetworks = [] } = options;
  const url = new URL(issuer);
  const here = url.protocol === 'http:' && ['localhost', '127.0.0.1'].includes(url.hostname);
  return discovery(url, clientId, clientSecret ?? undefined, undefined, {
    timeout: 10,
    // Of every endpoint too that the provider's description names.
    [customFetch]: fetchThrough(outgoingTo(outgoingNetworks)),
    ...(here && { execute: [allowInsecureRequests] }),
  });
}
