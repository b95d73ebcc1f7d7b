/** Listening, with a sentence for what usually goes wrong. */
import type { App } from '#access/http.ts';
import { IcarusError } from '#core/errors.ts';
import type { Config } from '#platform/config.ts';

/** Returns the address to open. @throws server/port-taken, server/address-unusable */
export async function listen(
  app: App,
  { httpHost, httpPort }: Pick<Config, 'httpHost' | 'httpPort'>,
): Promise<string> {
  try {
    return await app.listen({ host: httpHost, port: httpPort });
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE') throw new IcarusError('server/port-taken', { port: httpPort }, { cause });
    if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND' || code === 'EACCES')
      throw new IcarusError('server/address-unusable', { host: httpHost, port: httpPort }, { cause });
    throw cause;
  }
}
