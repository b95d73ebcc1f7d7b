/** What the machine can do at best: the same hand-over without sealing, checks, receipts or a log. */
import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { open, rm } from 'node:fs/promises';
import { Agent, createServer, request } from 'node:https';
import { join } from 'node:path';
import { sql } from 'kysely';
import { openDatabase } from '#platform/database.ts';
import { selfSigned } from '#platform/self-signed.ts';
import { freePort } from './nodes.ts';

/** Messages a second by HTTPS: a PUT, a file made durable, a row committed, an answer; and as much back. */
export async function plainPutRate(
  databaseUrl: string,
  folder: string,
  { count, window }: { count: number; window: number },
): Promise<number> {
  const db = openDatabase({ url: databaseUrl, role: 'owner', poolSize: 6 });
  await sql`create table plain (id bigint generated always as identity, sha256 text not null)`.execute(db);
  const { key, certificate: cert } = selfSigned('plain', new Date());
  const port = await freePort();
  let files = 0;
  const server = createServer({ key, cert, minVersion: 'TLSv1.3' }, async (incoming, response) => {
    const hash = createHash('sha256');
    files += 1;
    const path = join(folder, `plain-${files}`);
    const handle = await open(path, 'wx');
    for await (const chunk of incoming as AsyncIterable<Uint8Array>) {
      hash.update(chunk);
      await handle.write(chunk);
    }
    await handle.sync();
    await handle.close();
    await sql`insert into plain (sha256) values (${hash.digest('hex')})`.execute(db);
    response.writeHead(201).end();
    await rm(path);
  });
  await new Promise<void>((done) => server.listen(port, '127.0.0.1', done));
  const agent = new Agent({ keepAlive: true, rejectUnauthorized: false });
  const body = randomBytes(6000);
  const put = (): Promise<void> =>
    new Promise((done, failed) => {
      const call = request({ host: '127.0.0.1', port, method: 'PUT', agent }, (response) => {
        response.resume();
        response.once('end', done);
      });
      call.once('error', failed);
      call.end(body);
    });
  const startedAt = performance.now();
  let left = count;
  await Promise.all(
    Array.from({ length: window }, async () => {
      while (left > 0) {
        left -= 1;
        // The message there, its receipt back.
        await put();
        await put();
      }
    }),
  );
  const seconds = (performance.now() - startedAt) / 1000;
  agent.destroy();
  server.close();
  server.closeAllConnections();
  await db.destroy();
  return count / seconds;
}

/** Seconds for the same bytes through `age` for two recipients and `age -d` at each, one after the other. */
export async function ageAndCopySeconds(file: string, folder: string, times: number): Promise<number> {
  const script = `
    age-keygen -o id 2>/dev/null; R=$(age-keygen -y id)
    for n in $(seq ${times}); do
      age -r "$R" < "$FILE" > sealed; cp sealed carried; sha256sum carried > /dev/null
      age -d -i id carried > opened; cp carried there; sha256sum there > /dev/null
      age -d -i id there > opened; sync opened; rm -f sealed carried there opened
    done`;
  const startedAt = performance.now();
  const child = spawn('bash', ['-euo', 'pipefail', '-c', script], {
    cwd: folder,
    env: { ...process.env, FILE: file },
    stdio: 'ignore',
  });
  const code = await new Promise((done) => child.once('exit', done));
  if (code !== 0) throw new Error('age and cp failed');
  return (performance.now() - startedAt) / 1000;
}
