/** Processes that archive or restore are killed at every stage: what is left is whole, or counts as nothing. */
import { spawn } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openNode } from '#assembly/open-node.ts';
import { systemClock } from '#core/clock.ts';
import { createLog } from '#platform/log.ts';
import { type ArchivedNode, archivedNode, officersOf } from './fixtures.ts';
import { readArchive } from './layout.ts';
import { openArchive } from './open-archive.ts';

let archived: ArchivedNode;

beforeAll(async () => {
  archived = await archivedNode();
}, 60_000);
afterAll(async () => {
  await archived?.[Symbol.asyncDispose]();
});

const room = (file: string) => JSON.stringify(join(import.meta.dirname, file));

/**
 * Runs a script in a process that kills itself, as a power cut would: before a file is shown under the name that `name`
 * finds, or as soon as `when` is true.
 */
async function killed(script: string, { name = '^$', when = 'false' }): Promise<void> {
  const text = `
    import { existsSync } from 'node:fs';
    import files from 'node:fs/promises';
    import { syncBuiltinESMExports } from 'node:module';
    import { join } from 'node:path';
    const die = () => process.kill(process.pid, 'SIGKILL');
    const { rename } = files;
    files.rename = (from, to) => (new RegExp(${JSON.stringify(name)}).test(to) && die(), rename(from, to));
    syncBuiltinESMExports();
    setInterval(() => (${when}) && die(), 0);
    const { createLog } = await import(${room('../../platform/log.ts')});
    const { openNode } = await import(${room('../open-node.ts')});
    const { archiveRound } = await import(${room('archiver.ts')});
    const { restoreTo } = await import(${room('restore-to.ts')});
    const log = createLog({ level: 'silent' });
    const clock = { now: () => new Date() };
    ${script}
    process.exit(0);`;
  const child = spawn(process.execPath, ['--input-type=module-typescript', '--eval', text], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => said.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => said.push(chunk));
  const signal = await new Promise((done) => child.once('exit', (_code, how) => done(how)));
  expect(signal, Buffer.concat(said).toString('utf8')).toBe('SIGKILL');
}

const archiving = () => `
  const node = await openNode({ home: ${JSON.stringify(archived.settings.dataDir)}, databaseUrl: ${JSON.stringify(archived.databaseUrl)},
    clock, log, config: ${JSON.stringify(archived.settings)}, work: false });
  await archiveRound(node.ctx, ${JSON.stringify(archived.options)}, new AbortController().signal);`;

const restoring = (to: Date, into: string) => {
  const { to: _to, log: _log, clock: _clock, ...request } = archived.request(to, into);
  return `await restoreTo({ ...${JSON.stringify(request)}, to: new Date(${to.getTime()}), log, clock,
    onProgress: (done) => { globalThis.done = done; } });`;
};

test('archiving that was killed leaves nothing half, and the next round goes on without a gap', async () => {
  const { round, place, act, withKeys } = archived;
  await act('first');
  await killed(archiving(), { name: 'base[.]age$' });
  await expect(readArchive(place('archive'))).rejects.toMatchObject({ code: 'archive/missing' });
  await round();
  const [generation] = await readArchive(place('archive'));
  expect(await readdir(place('archive/mt'))).toHaveLength(1);
  await act('second');
  await killed(archiving(), { name: '/log/[^/]+$' });
  // The piece is there, and the node does not know it.
  await killed(archiving(), { name: 'standing[.]json$' });
  const moment = await act('third');
  await round();
  const { generation: chosen, pieces } = await openArchive(place('archive'), withKeys(), moment);
  expect(chosen.folder).toBe(generation!.folder);
  expect(pieces.length).toBeGreaterThan(2);
}, 60_000);

test('a node whose restore was killed does not start, and the next restore begins anew and is whole', async () => {
  const { act, round, place, settings, restore, look, node } = archived;
  const moment = await act('fourth');
  await round();
  const cluster = JSON.stringify(join(place('again'), 'postgres'));
  const opening = {
    home: place('again'),
    databaseUrl: archived.databaseUrl,
    clock: systemClock,
    work: false,
  };
  const log = createLog({ level: 'silent' });
  for (const when of [
    `globalThis.done > 0`,
    // While the server replays the log, which goes on without the one that started it.
    `existsSync(join(${cluster}, 'recovery.signal')) && existsSync(join(${cluster}, 'postmaster.pid'))`,
  ]) {
    await killed(restoring(moment, 'again'), { when });
    await expect(openNode({ ...opening, log, config: settings }), when).rejects.toMatchObject({
      code: 'backup/restore-unfinished',
    });
  }
  await restore(moment, 'again');
  await look('again', async (opened) => {
    expect(await officersOf(opened)).toEqual(await officersOf(node));
  });
}, 60_000);
