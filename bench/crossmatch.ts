/**
 * How long an officer waits for hits, and how fast holdings come in. The peer of matching is DuckDB's
 * hash join over the same pairs, already in its memory: an engine made for scanning, given a head start.
 * The peer of importing is DuckDB reading the same CSV file into one plain table: no normalisation, no
 * indexes, no durability, so it is the floor rather than an equal.
 */
import { createWriteStream } from 'node:fs';
import { chmod, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { sql } from 'kysely';
import type { Clock } from '#core/clock.ts';
import { type AgencyId, newId, type OperationId } from '#core/ids.ts';
import { importHoldings } from '#crossmatch/import.ts';
import { registerCrossmatchJobs } from '#crossmatch/jobs.ts';
import { matchOperation } from '#crossmatch/match.ts';
import { insertOperation } from '#operations/store.ts';
import type { NodeContext } from '#platform/context.ts';
import { openDatabase } from '#platform/database.ts';
import { type DuckDb, openDuckDb, sqlText } from '#platform/duckdb.ts';
import { createJobQueue } from '#platform/jobs.ts';
import { createLog } from '#platform/log.ts';
import { createDatabase, migrate } from '#platform/migrate.ts';
import { clusterFolder, openCluster } from '#platform/postgres-cluster.ts';
import type { Db } from '#platform/tables.ts';
import type { BenchOptions, Figure } from './figure.ts';

export const room = 'crossmatch';

const CLOCK: Clock = { now: () => new Date('2011-09-21T10:00:00Z') };
const SELECTORS = 1000;

type BenchContext = Pick<NodeContext, 'node' | 'db' | 'clock' | 'jobs'>;

export async function run({ small, scratch, log }: BenchOptions): Promise<Figure[]> {
  const holdings = small ? 1_000_000 : 10_000_000;
  const rows = small ? 30_000 : 1_000_000;
  // As root, the server runs as another user, who must be able to walk in.
  await chmod(scratch, 0o711);
  const cluster = await openCluster({ dataDir: scratch });
  try {
    await createDatabase(cluster.url('postgres'), 'bench');
    await migrate(cluster.url('bench'));
    const db = openDatabase({ url: cluster.url('bench') });
    try {
      await using duck = await openDuckDb({ temporaryFolder: scratch });
      const ctx = context(db);
      const operationId = await operation(db);
      await generate(db, operationId, holdings);
      log(`${holdings.toLocaleString('en-GB')} holdings generated`);
      const matching = await match(ctx, duck, { operationId, holdings });
      log('matched; importing a file');
      return [...matching, await importing(ctx, duck, { rows, scratch })];
    } finally {
      await db.destroy();
    }
  } finally {
    await cluster.stop();
    await rm(clusterFolder(scratch), { recursive: true, force: true });
  }
}

function context(db: Db): BenchContext {
  const jobs = createJobQueue(db, createLog({ level: 'silent' }));
  const node = { agencyId: 'europol' as AgencyId, name: 'Europol', country: null };
  return { node, db, clock: CLOCK, jobs };
}

async function operation(db: Db): Promise<OperationId> {
  const operationId = newId<OperationId>('operation', CLOCK.now());
  await insertOperation(
    db,
    {
      operationId,
      codeName: 'BENCH',
      lead: 'dk' as AgencyId,
      coordinator: 'europol' as AgencyId,
      participants: [{ agencyId: 'se' as AgencyId, country: 'SE' }],
      startedAt: CLOCK.now(),
      endedAt: null,
      handling: { codes: [], text: '' },
      disseminationHours: 24,
      exercise: true,
    },
    CLOCK.now(),
  );
  return operationId;
}

/**
 * Holdings with one e-mail address each, and a thousand suspects with one each, of which three in ten
 * are held. One suspect more has the nickname that every tenth holding has, too.
 */
async function generate(db: Db, operationId: OperationId, holdings: number): Promise<void> {
  await sql`insert into holding (import_id, reference, line)
    select 'holdings_generated', 'P-' || n, n from generate_series(1, ${holdings}) as n`.execute(db);
  await sql`insert into holding_selector (holding_id, type, value)
    select id, 'e-mail', 'person-' || line || '@example.org' from holding`.execute(db);
  await sql`insert into holding_selector (holding_id, type, value)
    select id, 'nickname', 'admin' from holding where line % 10 = 0`.execute(db);
  await sql`insert into subject (id, operation_id, kind, agency_id, country, reference, category, evaluation_source,
      evaluation_information, handling_codes, handling_text, source_id, stated_at, recorded_at)
    select 'subject_' || lpad(n::text, 6, '0'), ${operationId}, 'suspect', 'se', 'SE', 'SE-' || n, 'suspect', 'A', '1',
      array['H0'], '', 'message_1', ${CLOCK.now()}, ${CLOCK.now()}
    from generate_series(1, ${SELECTORS + 1}) as n`.execute(db);
  await sql`insert into subject_selector (subject_id, operation_id, type, value)
    select id, operation_id, 'e-mail', 'person-' || case when n % 10 < 3 then n * 7 else -n end || '@example.org'
    from (select subject.*, row_number() over (order by id) as n from subject) as numbered where n <= ${SELECTORS}`.execute(
    db,
  );
}

async function match(
  ctx: BenchContext,
  duck: DuckDb,
  { operationId, holdings }: { operationId: OperationId; holdings: number },
): Promise<Figure[]> {
  const timed = async () => {
    const startedAt = performance.now();
    const result = await matchOperation(ctx, { operationId, country: null });
    return { seconds: (performance.now() - startedAt) / 1000, hits: result?.holdings.newHits ?? 0 };
  };
  const first = await timed();
  const again = await timed();
  await duck.run(`create table held as select i as holding, 'e-mail' as type, 'person-' || i || '@example.org' as value
    from range(1, ${holdings + 1}) as r(i);
    create table wanted as select i as subject, 'e-mail' as type,
      'person-' || case when i % 10 < 3 then i * 7 else -i end || '@example.org' as value from range(1, ${SELECTORS + 1}) as r(i)`);
  const startedAt = performance.now();
  const pairs = await duck.run(
    'create table pair as select subject, holding from wanted join held using (type, value)',
  );
  const peer = { name: 'DuckDB join in memory', value: (performance.now() - startedAt) / 1000 };
  if (pairs !== first.hits || again.hits !== 0)
    throw new Error(`${first.hits} hits, then ${again.hits}; the peer found ${pairs}`);
  await sql`insert into subject_selector (subject_id, operation_id, type, value)
    select max(id), ${operationId}, 'nickname', 'admin' from subject`.execute(ctx.db);
  const common = await timed();
  const title = `1,000 selectors against ${holdings.toLocaleString('en-GB')} holdings`;
  return [
    { name: title, value: first.seconds, unit: 's', peer, ratio: first.seconds / peer.value },
    { name: 'the same again, nothing new', value: again.seconds, unit: 's' },
    {
      name: `with a value of ${(holdings / 10).toLocaleString('en-GB')} holdings`,
      value: common.seconds,
      unit: 's',
    },
  ];
}

async function importing(
  ctx: BenchContext,
  duck: DuckDb,
  { rows, scratch }: { rows: number; scratch: string },
): Promise<Figure> {
  const path = join(scratch, 'holdings.csv');
  await pipeline(Readable.from(lines(rows)), createWriteStream(path));
  registerCrossmatchJobs(ctx);
  await ctx.jobs.start({ work: false });
  const startedAt = performance.now();
  await importHoldings(
    ctx,
    { kind: 'system', process: 'bench' },
    {
      path,
      mapping: {
        name: 'bench',
        version: 1,
        reference: 'ref',
        selectors: [
          { type: 'e-mail', column: 'mail' },
          { type: 'phone', column: 'phone', defaultCountry: 'SE' },
          { type: 'name-with-birth-date', column: 'name', birthDateColumn: 'born' },
        ],
      },
      source: 'Bench',
      evaluation: { source: 'A', information: '1' },
      handling: { codes: [], text: '' },
      dataSubjectCategory: 'suspect',
    },
  );
  const value = rows / ((performance.now() - startedAt) / 1000);
  await ctx.jobs.stop();
  const peerStartedAt = performance.now();
  await duck.run(
    `create table plain as select * from read_csv(${sqlText(path)}, header = true, all_varchar = true)`,
  );
  const peer = { name: 'DuckDB, plain table', value: rows / ((performance.now() - peerStartedAt) / 1000) };
  const name = `import of ${rows.toLocaleString('en-GB')} persons, 3 selectors each`;
  return { name, value, unit: 'persons/s', peer, ratio: value / peer.value };
}

function* lines(rows: number): Generator<string> {
  yield 'ref,mail,phone,name,born\n';
  for (let n = 0; n < rows; n++)
    yield `R-${n},Someone.${n}@Example.org,070 ${String(n).padStart(7, '0')},"Jørgensen-${n}, Åsa",19${50 + (n % 40)}-0${1 + (n % 9)}-1${n % 10}\n`;
}
