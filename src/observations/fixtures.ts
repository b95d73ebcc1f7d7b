/** A node with an operation, a small log and a synthetic registry, for this room's tests. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Actor } from '#access/policy.ts';
import type { AgencyId, OfficerId, OperationId } from '#core/ids.ts';
import type { ImportProfile } from '#observations/import/profile.ts';
import { insertOperation } from '#operations/store.ts';
import { nodePaths } from '#platform/context.ts';
import { createJobQueue } from '#platform/jobs.ts';
import { createLog } from '#platform/log.ts';
import type { Db } from '#platform/tables.ts';
import { arrangeUnlogged } from '#test/custody-probe.ts';
import type { LakeContext } from './lake.ts';

export const OPERATION = 'operation_00000000000000000000000001' as OperationId;
export const NOW = new Date('2011-09-20T12:00:00Z');

export const ANALYST: Actor = {
  kind: 'officer',
  officerId: 'officer_1' as OfficerId,
  name: 'Analyst',
  grants: [{ role: 'lead-analyst', operationId: OPERATION }],
};

/** An officer of the node without a role on the operation. */
export const STRANGER: Actor = {
  kind: 'officer',
  officerId: 'officer_2' as OfficerId,
  name: 'Stranger',
  grants: [],
};

export const PROFILE: ImportProfile = {
  name: 'test-tool',
  version: 1,
  fields: {
    time: { column: 'time' },
    address: { column: 'ip' },
    port: { column: 'port' },
    transport: { constant: 'tcp' },
    clientId: { column: 'guid' },
    software: { column: 'software' },
    fileHash: { column: 'hash' },
    fileSize: { column: 'size' },
    network: { constant: 'test network' },
    grade: { constant: 'direct-browse' },
  },
  time: { format: 'iso' },
};

export const HEADER = 'time,ip,port,guid,software,hash,size';

/** A hash of the length of SHA-1, made of its number. */
export function fileHash(n: number): string {
  return n.toString(16).padStart(40, '0');
}

export interface RowFields {
  readonly time: string;
  readonly ip: string;
  readonly port: string;
  readonly guid: string;
  readonly software: string;
  readonly hash: string;
  readonly size: string;
}

const GOOD_ROW: RowFields = {
  time: '2011-09-01T10:00:00Z',
  ip: '192.0.2.1',
  port: '6346',
  guid: 'AA00',
  software: 'Wire/1',
  hash: fileHash(1),
  size: '1000',
};

/** A line of the log: a good one, but for what is given. */
export function line(fields: Partial<RowFields> = {}): string {
  const { time, ip, port, guid, software, hash, size } = { ...GOOD_ROW, ...fields };
  return [time, ip, port, guid, software, hash, size].join(',');
}

export interface TestNode extends AsyncDisposable {
  readonly ctx: LakeContext;
  readonly folder: string;
  /** Writes a file of lines and returns its path. */
  write(name: string, lines: readonly string[]): Promise<string>;
}

/** @param db an empty, migrated database of the test's own */
export async function testNode(db: Db): Promise<TestNode> {
  const folder = await mkdtemp(join(tmpdir(), 'icarus-observations-'));
  const log = createLog({ level: 'silent' });
  const clock = { now: () => NOW };
  const ctx: LakeContext = {
    db: db,
    clock,
    log,
    jobs: createJobQueue(db, log),
    paths: await nodePaths(folder),
  };
  await arrangeUnlogged(ctx.db, (tx) =>
    insertOperation(
      tx,
      {
        operationId: OPERATION,
        codeName: 'Test',
        lead: 'dk' as AgencyId,
        coordinator: 'europol' as AgencyId,
        participants: [],
        startedAt: new Date('2011-03-01T00:00:00Z'),
        endedAt: null,
        handling: { codes: [], text: '' },
        disseminationHours: 24,
        exercise: true,
      },
      NOW,
    ),
  );
  return {
    ctx,
    folder,
    async write(name, lines) {
      const path = join(folder, name);
      await writeFile(path, `${lines.join('\n')}\n`);
      return path;
    },
    async [Symbol.asyncDispose]() {
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A registry's file over documentation ranges, with correct counts. */
export const REGISTRY = [
  '2|ripencc|20110901|6|19830705|20110831|+0200',
  'ripencc|*|ipv4|*|3|summary',
  'ripencc|*|ipv6|*|1|summary',
  'ripencc|*|asn|*|2|summary',
  'ripencc|DK|asn|64500|1|20000101|allocated|reg-dk',
  'ripencc|SE|asn|64501|1|20000101|allocated|reg-se',
  'ripencc|DK|ipv4|192.0.2.0|128|20000101|allocated|reg-dk',
  'ripencc|SE|ipv4|192.0.2.128|128|20000101|assigned|reg-se',
  'ripencc||ipv4|198.51.100.0|256||available|',
  'ripencc|FI|ipv6|2001:db8::|32|20000101|allocated|reg-fi',
];
