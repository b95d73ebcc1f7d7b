/** Certificates as an agency's own authority gives them, made with OpenSSL. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TlsIdentity } from '#platform/self-signed.ts';

export const hasOpenssl = spawnSync('openssl', ['version']).status === 0;

export interface TestAuthority extends AsyncDisposable {
  /** PEM of the authority's own certificate. */
  readonly file: string;
  readonly certificate: string;
  /** @param names as OpenSSL writes them: `DNS:localhost,IP:127.0.0.1` */
  issue(names: string, days?: number): Promise<TlsIdentity>;
}

export async function testAuthority(): Promise<TestAuthority> {
  const folder = await mkdtemp(join(tmpdir(), 'icarus-authority-'));
  const run = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'ignore' });
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  run('req', '-x509', ...key, '-subj', '/CN=Authority', '-keyout', 'ca.key', '-out', 'ca.pem', '-days', '2');
  let issued = 0;
  return {
    file: join(folder, 'ca.pem'),
    certificate: await readFile(join(folder, 'ca.pem'), 'utf8'),
    async issue(names, days = 2) {
      const name = `issued-${issued++}`;
      const at = (ending: string) => join(folder, `${name}.${ending}`);
      run('req', '-new', ...key, '-subj', '/CN=Issued', '-keyout', at('key'), '-out', at('csr'));
      await writeFile(at('ext'), `subjectAltName=${names}\n`);
      const by = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-extfile', at('ext')];
      run('x509', '-req', '-in', at('csr'), ...by, '-out', at('pem'), '-days', String(days));
      return { key: await readFile(at('key'), 'utf8'), certificate: await readFile(at('pem'), 'utf8') };
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}
