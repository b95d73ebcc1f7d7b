/** One step of the benchmark of backups in a process of its own. */
import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { sql } from 'kysely';
import { to as copyTo } from 'pg-copy-streams';
import type { Actor } from '#access/policy.ts';
import { backUp } from '#assembly/backup/backup.ts';
import { checkBackup } from '#assembly/backup/check.ts';
import { restoreNode } from '#assembly/backup/restore.ts';
import { openNode } from '#assembly/open-node.ts';
import { systemClock } from '#core/clock.ts';
import type { AgencyId, OfficerId } from '#core/ids.ts';
import { sequenceNow } from '#custody/sequence.ts';
import { initNode } from '#operations/node.ts';
import { readConfig } from '#platform/config.ts';
import { openClient, openDatabase } from '#platform/database.ts';
import { createLog } from '#platform/log.ts';
import { peakBytes } from '#test/peak-bytes.ts';
import type { BackupTask } from './backup.ts';

const FILE_BYTES = 4 * 2 ** 20;
const OPERATOR: Actor = {
  kind: 'officer',
  officerId: 'operator' as OfficerId,
  name: 'Operator of this machine',
  grants: [{ role: 'administrator', operationId: null }],
};
const log = createLog({ level: 'error' });
const clock = systemClock;

const task = JSON.parse(await readFile(process.argv[2] ?? '', 'utf8')) as BackupTask;
const config = {
  ...readConfig({ environment: {} }).config,
  dataDir: task.home,
  backupRegister: [task.register],
};
const keys = { identities: [task.identity], register: task.register };
const acts = { fill, make, check, restore, copy };
await acts[task.act]();
const { userCPUTime, systemCPUTime } = process.resourceUsage();
process.stdout.write(
  JSON.stringify({ processorSeconds: (userCPUTime + systemCPUTime) / 1e6, peakBytes: peakBytes() }),
);

function opened() {
  return openNode({ home: task.home, databaseUrl: task.databaseUrl, clock, log, config, work: false });
}

/** A third as rows, of the log and of answers, the rest as files that came. */
async function fill(): Promise<void> {
  const identity = { agencyId: 'mt' as AgencyId, name: 'Malta national unit', country: 'MT' } as const;
  await initNode({ home: task.home, databaseUrl: task.databaseUrl, identity, clock, address: null });
  const node = await opened();
  try {
    const { ctx } = node;
    await fillRows('operation_bench', (task.mib / 3) * 2 ** 20);
    await sequenceNow(ctx);
    for (let n = 0; n < ((task.mib * 2) / 3) * (2 ** 20 / FILE_BYTES); n++)
      await writeFile(join(ctx.paths.inbox, `bench-${n}`), randomBytes(FILE_BYTES));
  } finally {
    await node.close();
  }
}

async function fillRows(operationId: string, bytes: number): Promise<void> {
  const db = openDatabase({ url: task.databaseUrl, role: 'owner', poolSize: 1 });
  // Events are about 420 bytes as text; one in ten of the bytes are events, the rest answers with reasons of 2 KiB.
  const events = Math.max(1, Math.floor(bytes / 10 / 420));
  await sql`insert into custody_event (at, kind, actor, operation_id, subject_kind, subject_id, event, salt)
    select '2026-01-01T10:00:00Z', 'package.approved', 'officer_1', ${operationId}, 'package', n::text,
      format('{"actor":"officer_1","at":"2026-01-01T10:00:00.000Z","facts":{"digest":"%s"},"kind":"package.approved","operation":"%s","subject":{"id":"%s","kind":"package"}}', md5(n::text), ${operationId}::text, n),
      decode(md5('salt' || n), 'hex') from generate_series(1, ${events}::int) n`.execute(db);
  const answers = Math.max(1, Math.floor((bytes * 0.9) / 2200));
  await sql`
    insert into subject_answer (id, operation_id, reference, asked_by, answer, restriction, reason, records, sha256, answered_by, answered_at)
    select 'answer_' || n, ${operationId}, 'B-' || n, 'court', 'refused', 'b',
      (select string_agg(md5(n::text || k), '') from generate_series(1, 64) k), 0, null, 'officer_1', now()
    from generate_series(1, ${answers}::int) n`.execute(db);
  await db.destroy();
}

async function make(): Promise<void> {
  const node = await opened();
  try {
    const { databaseUrl: ownerUrl, backup, recipient } = task;
    await backUp(node.ctx, OPERATOR, { out: backup, recipients: [recipient], ownerUrl });
  } finally {
    await node.close();
  }
}

async function check(): Promise<void> {
  await checkBackup(task.backup, { keys });
}

async function restore(): Promise<void> {
  const url = task.databaseUrl;
  const server = {
    requireOwner: () => url,
    embedded: false,
    bare: () => Promise.resolve({ url, ownerUrl: url }),
    ready: () => Promise.resolve({ url, ownerUrl: url }),
    stop: () => Promise.resolve(),
  };
  const restored = await restoreNode({ server, config, clock, log, folder: task.backup, keys });
  if (restored.custodySize === 0) throw new Error('the log is empty');
}

/** The peer: every table by COPY to nowhere but a digestless pipe. */
async function copy(): Promise<void> {
  const client = openClient({ url: task.databaseUrl, role: 'owner' });
  await client.connect();
  const { rows } = await client.query<{ name: string }>(
    `select tablename as name from pg_tables where schemaname = 'public'`,
  );
  for (const { name } of rows) {
    const stream = client.query(copyTo(`copy public."${name}" to stdout`));
    stream.resume();
    await finished(stream, { writable: false });
  }
  await client.end();
}
