/** One step of the benchmark in a process of its own, so that its peak memory is its own. */
import { join } from 'node:path';
import type { Actor } from '#access/policy.ts';
import { systemClock } from '#core/clock.ts';
import type { AgencyId, OperationId } from '#core/ids.ts';
import { attribute } from '#observations/attribution/attribute.ts';
import { loadSnapshot } from '#observations/attribution/snapshots.ts';
import { importLog } from '#observations/import/import.ts';
import type { ImportProfile } from '#observations/import/profile.ts';
import type { LakeContext } from '#observations/lake.ts';
import { buildTargets } from '#observations/targets/build.ts';
import { loadSeverityList } from '#observations/targets/severity.ts';
import { registerShelfJobs } from '#observations/targets/shelf-job.ts';
import { insertOperation, operationById } from '#operations/store.ts';
import { nodePaths } from '#platform/context.ts';
import { openDatabase } from '#platform/database.ts';
import { openDuckDb, sqlText } from '#platform/duckdb.ts';
import { createJobQueue } from '#platform/jobs.ts';
import { createLog } from '#platform/log.ts';
import { peakBytes } from '#test/peak-bytes.ts';
import { BENCH_OPERATION, type Measured, type Step, type StepInput } from './observations.ts';

const ANALYST: Actor = { kind: 'system', process: 'bench' };

const PROFILE: ImportProfile = {
  name: 'bench',
  version: 1,
  fields: {
    time: { column: 'observed_at' },
    address: { column: 'ip' },
    port: { column: 'port' },
    transport: { constant: 'tcp' },
    clientId: { column: 'guid' },
    software: { column: 'software' },
    fileHash: { column: 'sha1' },
    fileSize: { column: 'size' },
    network: { constant: 'bench' },
    grade: { constant: 'direct-browse' },
  },
  time: { format: 'iso' },
};

interface Files {
  readonly log: string;
  readonly registry: string;
  readonly severity: string;
}

function filesIn(scratch: string): Files {
  return {
    log: join(scratch, 'log.csv'),
    registry: join(scratch, 'registry.csv'),
    severity: join(scratch, 'severity.csv'),
  };
}

/** Rows for each client, and days between two addresses of one. */
const ROWS_A_CLIENT = 40;
const LEASE_DAYS = 30;

/** A deterministic log: clients with changing addresses, files that many have, one row in 1,000 said twice. */
function logQuery(rows: number): string {
  const hex = (value: string) => `lpad(to_hex(hash(${value})), 16, '0')`;
  return `SELECT strftime(TIMESTAMP '2011-03-01' + to_seconds(second), '%Y-%m-%dT%H:%M:%SZ') AS observed_at,
      concat_ws('.', 1 + address % 220, (address >> 8) & 255, (address >> 16) & 255, (address >> 24) & 255) AS ip,
      1024 + hash(client, 5) % 60000 AS port, upper(${hex('client, 6')} || ${hex('client, 7')}) AS guid,
      ['LimeWire/5.5.16', 'FrostWire/4.21.8', 'gtk-gnutella/0.97'][(1 + client % 3)::INTEGER] AS software,
      ${hex('file, 8')} || ${hex('file, 9')} || left(${hex('file, 10')}, 8) AS sha1, 100000 + hash(file, 11) % 900000000 AS size
    FROM (SELECT *, hash(hash(client) + second // (86400 * ${LEASE_DAYS})) AS address FROM (
      SELECT (hash(i, 20) % ${Math.ceil(rows / ROWS_A_CLIENT)})::BIGINT AS client, (hash(i, 21) % 15552000)::BIGINT AS second, hash(i, 22) % 200000 AS file
      FROM (SELECT if(r % 1000 = 999, r - 1, r) AS i FROM range(${rows}) t(r))))`;
}

async function generate({ scratch, rows }: StepInput): Promise<number> {
  const files = filesIn(scratch);
  await using duck = await openDuckDb({ temporaryFolder: scratch });
  await duck.run(`COPY (${logQuery(rows)}) TO ${sqlText(files.log)} (HEADER)`);
  await duck.run(`COPY (SELECT b * 65536 AS first, b * 65536 + 65535 AS last, ['DK', 'SE', 'FI', 'DE', 'FR', 'IT', 'PL', 'NL'][(1 + hash(b // 16) % 8)::INTEGER] AS country,
      64512 + hash(b // 16) % 1000 AS asn, 'Operator ' || hash(b // 16) % 1000 AS operator FROM range(256, 57000) t(b)) TO ${sqlText(files.registry)} (HEADER)`);
  await duck.run(`COPY (SELECT DISTINCT lpad(to_hex(hash(file, 8)), 16, '0') || lpad(to_hex(hash(file, 9)), 16, '0') || left(lpad(to_hex(hash(file, 10)), 16, '0'), 8) AS hash,
      ['A', 'B', 'C'][(1 + file % 3)::INTEGER] AS code FROM (SELECT f::UBIGINT AS file FROM range(0, 200000, 10) t(f))) TO ${sqlText(files.severity)} (HEADER)`);
  return rows;
}

async function copy({ scratch, rows }: StepInput): Promise<number> {
  await using duck = await openDuckDb({ temporaryFolder: scratch });
  await duck.run(
    `COPY (FROM read_csv(${sqlText(filesIn(scratch).log)})) TO ${sqlText(join(scratch, 'bare.parquet'))}`,
  );
  return rows;
}

async function node({ node: home, databaseUrl }: StepInput): Promise<LakeContext> {
  const db = openDatabase({ url: databaseUrl });
  const log = createLog({ level: 'warn' });
  const jobs = createJobQueue(db, log);
  const ctx = { db, log, clock: systemClock, jobs, paths: await nodePaths(home) };
  registerShelfJobs(ctx);
  await jobs.start({ work: false });
  return ctx;
}

async function theOperation(ctx: LakeContext): Promise<OperationId> {
  if (await operationById(ctx.db, BENCH_OPERATION)) return BENCH_OPERATION;
  const operation = {
    operationId: BENCH_OPERATION,
    codeName: 'Bench',
    lead: 'dk' as AgencyId,
    coordinator: 'europol' as AgencyId,
    participants: [],
    startedAt: new Date('2011-03-01T00:00:00Z'),
    endedAt: null,
    handling: { codes: [], text: '' },
    disseminationHours: 24,
    exercise: true,
  };
  await insertOperation(ctx.db, operation, ctx.clock.now());
  return BENCH_OPERATION;
}

const STEPS: Readonly<Record<Step, (input: StepInput) => Promise<() => Promise<number>>>> = {
  generate: async (input) => () => generate(input),
  copy: async (input) => () => copy(input),
  async import(input) {
    const ctx = await node(input);
    const operationId = await theOperation(ctx);
    return async () =>
      (await importLog(ctx, ANALYST, { operationId, path: filesIn(input.scratch).log, profile: PROFILE }))
        .import.read;
  },
  async attribute(input) {
    const ctx = await node(input);
    const operationId = await theOperation(ctx);
    const { registry, severity } = filesIn(input.scratch);
    await loadSnapshot(ctx, ANALYST, {
      operationId,
      loader: 'range-csv',
      paths: [registry],
      columns: { start: 'first', end: 'last', country: 'country', asn: 'asn', operator: 'operator' },
      source: 'bench registry',
      validFrom: new Date('2011-01-01T00:00:00Z'),
    });
    await loadSeverityList(ctx, ANALYST, { operationId, path: severity });
    return async () => (await attribute(ctx, ANALYST, { operationId })).addresses;
  },
  async targets(input) {
    const ctx = await node(input);
    const operationId = await theOperation(ctx);
    return async () => (await buildTargets(ctx, ANALYST, { operationId })).build.targets;
  },
};

const input = JSON.parse(process.argv[2] ?? '') as StepInput;
const act = await STEPS[input.step](input);
const startedAt = performance.now();
const cpuBefore = process.cpuUsage();
const count = await act();
const seconds = (performance.now() - startedAt) / 1000;
const cpu = process.cpuUsage(cpuBefore);
const measured: Measured = {
  seconds,
  cpuSeconds: (cpu.user + cpu.system) / 1e6,
  count,
  peakBytes: peakBytes(),
};
process.stdout.write(JSON.stringify(measured), () => process.exit(0));
