/** Which program computed a finding, as a report states it: name and versions of what took part. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

export async function toolName(): Promise<string> {
  const manifest: unknown = JSON.parse(
    await readFile(join(import.meta.dirname, '../../package.json'), 'utf8'),
  );
  const version =
    typeof manifest === 'object' && manifest !== null && 'version' in manifest
      ? String(manifest.version)
      : 'unknown';
  return `Icarus ${version}, Node ${process.versions.node}, OpenSSL ${process.versions.openssl ?? 'unknown'}`;
}
