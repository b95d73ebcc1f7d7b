/** How officers sign in, as the configuration says. */
import type { SignInOptions } from '#access/sign-in/options.ts';
import type { Config } from '#platform/config.ts';

/** Without a public address the pages are this machine's own: browsers bind no passkey to a number, so by its name. */
export function signInOptions(config: Config): SignInOptions {
  const { pagesOrigin, pagesTlsKeyFile, httpPort, sessionIdleMinutes, sessionHours, passkeyModels } = config;
  const { oidcIssuer, oidcClientId, oidcClientSecret, outgoingNetworks } = config;
  return {
    origin: pagesOrigin ?? `${pagesTlsKeyFile === null ? 'http' : 'https'}://localhost:${httpPort}`,
    idleMinutes: sessionIdleMinutes,
    sessionHours,
    passkeyModels,
    provider:
      oidcIssuer === null
        ? null
        : { issuer: oidcIssuer, clientId: oidcClientId, clientSecret: oidcClientSecret, outgoingNetworks },
  };
}
