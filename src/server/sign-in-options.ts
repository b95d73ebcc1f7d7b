/** How officers sign in, as the configuration says. */
import type { SignInOptions } from '#access/sign-in/options.ts';
import type { Config } from '#platform/config.ts';

/** Without a public address the pages are this machine's own: browsers bind no passkey to a number, so by its name. */
export function signInOptions(config: Config): SignInOptions {
  const { pagesOrigin, pagesTlsKeyFile, httpPort, sessionIdleMinutes, sessionHours, passkeyModels } = config;
  const { oidcIssuer, oidcClientId, oidcClientSecret, oidcAcr, oidcAmr, outgoingNetworks } = config;
  return {
    origin: pagesOrigin ?? `${pagesTlsKeyFile === null ? 'http' : 'https'}://localhost:${httpPort}`,
    idleMinutes: sessionIdleMinutes,
    sessionHours,
    passkeyModels,
    provider:
      oidcIssuer === null
        ? null
        : {
            issuer: oidcIssuer,
            clientId: oidcClientId,
            clientSecret: oidcClientSecret,
            acr: oidcAcr,
            amr: oidcAmr,
            outgoingNetworks,
          },
  };
}

/** What the administrator must know of a provider that may let officers in by less than a passkey; undefined: nothing. */
export function providerWords({ oidcIssuer, oidcAcr, oidcAmr }: Config): string | undefined {
  if (oidcIssuer === null || oidcAcr.length > 0 || oidcAmr.length > 0) return undefined;
  return `Whatever sign-in ${oidcIssuer} takes, a password alone among them, opens this node: ICARUS_OIDC_ACR or ICARUS_OIDC_AMR asks for more.`;
}
