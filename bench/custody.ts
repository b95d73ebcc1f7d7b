/**
 * How fast acts can be recorded while the sequencer keeps up, what a proof and a whole verification cost, and
 * what a message pays for the lines about logs. The peer of recording is a hash chain by trigger in
 * PL/pgSQL, on the same server with as many connections: the usual way to make a table tamper-evident. The
 * peer of proving is the same chain: whoever proves one of its rows shows all that came after.
 */
import { chmod, rm } from 'node:fs/promises';
import { sql } from 'kysely';
import { systemClock } from '#core/clock.ts';
import type { AgencyId } from '#core/ids.ts';
import { databaseSource } from '#custody/database-source.ts';
import { generateLogKey, logSignerFrom } from '#custody/log-key.ts';
import { inclusionProof } from '#custody/proofs.ts';
import { recordEvent } from '#custody/record.ts';
import { checkpointLines } from '#custody/ride.ts';
import { sequenceNow } from '#custody/sequence.ts';
import { startSequencer } from '#custody/sequencer.ts';
import { waitingEvents } from '#custody/store.ts';
import { isIncluded } from '#custody/tree.ts';
import { verifyLog } from '#custody/verify.ts';
import { witnessCheckpoints } from '#custody/witness.ts';
import type { NodeContext } from '#platform/context.ts';
import { openDatabase } from '#platform/database.ts';
import { createLog } from '#platform/log.ts';
import { createDatabase, migrate } from '#platform/migrate.ts';
import { clusterFolder, openCluster } from '#platform/postgres-cluster.ts';
import type { Db } from '#platform/tables.ts';
import type { BenchOptions, Figure } from './figure.ts';

export const room = 'custody';

const WRITERS = 16;
const PROOFS = 2000;

type BenchContext = Pick<NodeContext, 'db' | 'clock' | 'keys' | 'log'>;

function contextOf(db: Db, agencyId: string): BenchContext {
  const log = logSignerFrom(generateLogKey(agencyId as AgencyId));
  const keys = { log } as NodeContext['keys'];
  return { db, clock: systemClock, keys, log: createLog({ level: 'error' }) };
}

export async function run({ small, scratch, log }: BenchOptions): Promise<Figure[]> {
  // As root, the server runs as another user, who must be able to walk in.
  await chmod(scratch, 0o711);
  const cluster = await openCluster({ dataDir: scratch });
  try {
    await createDatabase(cluster.url('postgres'), 'bench');
    await migrate(cluster.url('bench'));
    const db = openDatabase({ url: cluster.url('bench'), poolSize: WRITERS + 2 });
    const owner = openDatabase({ url: cluster.url('bench'), role: 'owner', poolSize: WRITERS });
    try {
      const ctx = contextOf(db, 'dk');
      const recorded = await recording(ctx, owner, 6000);
      log('recorded; filling the log');
      const leaves = small ? 50_000 : 1_000_000;
      const filled = await filling(ctx, owner, leaves);
      log('filled; proving');
      return [
        ...recorded,
        filled,
        ...(await proving(ctx, owner)),
        await verifying(ctx),
        ...(await riding(ctx)),
      ];
    } finally {
      await owner.destroy();
      await db.destroy();
    }
  } finally {
    await cluster.stop();
    await rm(clusterFolder(scratch), { recursive: true, force: true });
  }
}

/** Acts of one event each, by several writers at once: the tree beside the chain, turn about, three times each. */
async function recording(ctx: BenchContext, owner: Db, events: number): Promise<Figure[]> {
  await makeChain(owner);
  const rates: number[] = [];
  const chained: number[] = [];
  const drained: number[] = [];
  const cpu: number[] = [];
  for (let round = 0; round < 3; round++) {
    const sequencer = startSequencer(ctx);
    const before = process.cpuUsage();
    const startedAt = performance.now();
    await byWriters(events, (n) => ctx.db.transaction().execute((tx) => recordEvent(tx, eventOf(n))));
    const wroteAt = performance.now();
    while ((await waitingEvents(ctx.db)).count > 0) await new Promise((done) => setTimeout(done, 20));
    drained.push(performance.now() - wroteAt);
    rates.push((events / (performance.now() - startedAt)) * 1000);
    const { user, system } = process.cpuUsage(before);
    cpu.push((user + system) / 1000 / events);
    await sequencer.stop();
    const chainAt = performance.now();
    await byWriters(events, (n) =>
      owner
        .transaction()
        .execute((tx) => sql`insert into chain (event) values (${JSON.stringify(eventOf(n))})`.execute(tx)),
    );
    chained.push((events / (performance.now() - chainAt)) * 1000);
  }
  const [rate, chain] = [median(rates), median(chained)];
  return [
    {
      name: `record ${events} events, one a transaction, ${WRITERS} writers, until the last has its number`,
      value: rate,
      unit: 'events/s',
      peer: { name: 'hash chain by trigger', value: chain },
      ratio: rate / chain,
    },
    {
      name: 'after the last commit, until the last event has its number',
      value: median(drained),
      unit: 'ms',
    },
    { name: 'CPU of the node for one event, PostgreSQL not counted', value: median(cpu), unit: 'ms' },
  ];
}

function eventOf(n: number) {
  return {
    at: new Date(),
    kind: 'package.approved' as const,
    actor: 'officer_01k0000000000000000000000',
    subject: { kind: 'package', id: `package_${n}` },
    facts: { digest: 'ab'.repeat(32), recipients: ['mt', 'europol'] },
  };
}

async function byWriters(count: number, write: (n: number) => Promise<unknown>): Promise<void> {
  let next = 0;
  await Promise.all(
    Array.from({ length: WRITERS }, async () => {
      for (let n = next++; n < count; n = next++) await write(n);
    }),
  );
}

/** Each row holds the hash of the one before and itself; writers wait for each other at the head. */
async function makeChain(owner: Db): Promise<void> {
  await sql
    .raw(`
    create table chain (number bigint primary key, event text not null, hash bytea not null);
    create table chain_head (one boolean primary key default true, number bigint, hash bytea);
    insert into chain_head values (true, 0, '\\x00');
    create function chain_next() returns trigger language plpgsql as $$
    declare head record;
    begin
      select * into head from chain_head for update;
      new.number := head.number + 1;
      new.hash := sha256(head.hash || convert_to(new.event, 'UTF8'));
      update chain_head set number = new.number, hash = new.hash;
      return new;
    end $$;
    create trigger chain_next before insert on chain for each row execute function chain_next()`)
    .execute(owner);
}

/** A backlog, as a node has at its first start with the tree. */
async function filling(ctx: BenchContext, owner: Db, leaves: number): Promise<Figure> {
  const { rows } = await sql<{ n: number }>`select count(*)::int as n from custody_leaf`.execute(ctx.db);
  const missing = leaves - (rows[0]?.n ?? 0);
  await sql`insert into custody_event (at, kind, actor, subject_kind, subject_id, event, salt)
    select '2011-09-21T10:00:00Z', 'package.approved', 'officer_1', 'package', n::text,
      format('{"actor":"officer_1","at":"2011-09-21T10:00:00.000Z","facts":{"digest":"%s"},"kind":"package.approved","subject":{"id":"%s","kind":"package"}}', md5(n::text), n),
      decode(md5('salt' || n), 'hex') from generate_series(1, ${missing}::int) n`.execute(owner);
  const startedAt = performance.now();
  const { events } = await sequenceNow(ctx);
  return {
    name: `number a backlog up to ${leaves} leaves`,
    value: (events / (performance.now() - startedAt)) * 1000,
    unit: 'events/s',
  };
}

async function proving({ db }: BenchContext, owner: Db): Promise<Figure[]> {
  const { rows } = await sql<{ leaf: string }>`
    select encode(leaf_hash, 'hex') as leaf from custody_leaf order by md5(index::text) limit ${PROOFS}`.execute(
    db,
  );
  const times: number[] = [];
  let [size, bytes] = [0, 0];
  const before = process.cpuUsage();
  for (const { leaf } of rows) {
    const startedAt = performance.now();
    const proof = await inclusionProof(db, leaf);
    times.push(performance.now() - startedAt);
    size = proof.checkpoint.size;
    bytes = proof.hashes.length * 32;
    const { index, hashes, checkpoint } = proof;
    const holds = isIncluded({
      index,
      size,
      leaf: Buffer.from(leaf, 'hex'),
      root: checkpoint.root,
      proof: hashes,
    });
    if (!holds) throw new Error('a proof does not hold');
  }
  const { user, system } = process.cpuUsage(before);
  const chain = await proveFromChain(owner);
  const name = `prove an event in a log of ${size}`;
  return [
    {
      name: `${name}, median`,
      value: median(times),
      unit: 'ms',
      peer: { name: `hash chain of ${chain.rows}, one row`, value: chain.ms },
      ratio: median(times) / chain.ms,
    },
    { name: `${name}, 99th percentile`, value: percentile(times, 0.99), unit: 'ms' },
    { name: `${name}, CPU of the node`, value: (user + system) / 1000 / rows.length, unit: 'ms' },
    { name: 'size of such a proof', value: bytes, unit: 'bytes' },
  ];
}

/** The row in the middle: all that came after it is read and hashed again. */
async function proveFromChain(owner: Db): Promise<{ rows: number; ms: number }> {
  const { rows } = await sql<{ n: number }>`select count(*)::int as n from chain`.execute(owner);
  const total = rows[0]?.n ?? 0;
  const times: number[] = [];
  for (let round = 0; round < 3; round++) {
    const startedAt = performance.now();
    await sql`select count(*) from (
      select hash = sha256(lag(hash) over (order by number) || convert_to(event, 'UTF8')) as holds
      from chain where number >= ${Math.floor(total / 2)}) as links where not holds`.execute(owner);
    times.push(performance.now() - startedAt);
  }
  return { rows: total, ms: median(times) };
}

async function verifying({ db, keys }: BenchContext): Promise<Figure> {
  const startedAt = performance.now();
  const verdict = await verifyLog(await databaseSource(db), {
    logKey: keys.log.verifierKey,
    witnessKeys: [],
  });
  if (!verdict.holds) throw new Error('the log does not hold');
  return {
    name: `verify the whole log of ${verdict.size}`,
    value: (verdict.size / (performance.now() - startedAt)) * 1000,
    unit: 'events/s',
  };
}

/** What a message pays: lines made for it, and lines taken from one whose sender's log has not grown since. */
async function riding(ctx: BenchContext): Promise<Figure[]> {
  const to = ['mt' as AgencyId];
  const lines = await checkpointLines(ctx, to);
  const made: number[] = [];
  for (let n = 0; n < PROOFS; n++) {
    const startedAt = performance.now();
    await checkpointLines(ctx, to);
    made.push(performance.now() - startedAt);
  }
  const taken: number[] = [];
  const other = contextOf(ctx.db, 'mt');
  const logKeyOf = () => ctx.keys.log.verifierKey;
  const riding = [{ from: 'dk' as AgencyId, lines }];
  await ctx.db.transaction().execute(async (tx) => {
    await witnessCheckpoints(other, tx, riding, logKeyOf);
    for (let n = 0; n < PROOFS; n++) {
      const startedAt = performance.now();
      await witnessCheckpoints(other, tx, riding, logKeyOf);
      taken.push(performance.now() - startedAt);
    }
  });
  return [
    { name: 'lines about logs for a message, mean', value: mean(made), unit: 'ms' },
    { name: 'lines about logs of a message that came, mean', value: mean(taken), unit: 'ms' },
  ];
}

function median(values: readonly number[]): number {
  return percentile(values, 0.5);
}

function percentile(values: readonly number[], share: number): number {
  return values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) * share)] ?? 0;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
