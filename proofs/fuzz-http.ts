/**
 * `npm run fuzz-http -- [--seconds 60] [--seed S] [--markdown FILE]`: hostile requests to every route of a node. Bodies,
 * queries and paths are made by each route's own schema, then broken in values or bytes. Two processes at a time, each
 * a fresh node on a database of its own for at most two minutes. A status of 500 and above, a refusal without a
 * code, an answer that takes longer than a second of the process's own time, 512 MB of memory or an error that nobody
 * caught fails the run.
 */
import { execFile } from 'node:child_process';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createDatabase, dropDatabase, migrate } from '#platform/migrate.ts';
import { openCluster } from '#platform/postgres-cluster.ts';
import type { HttpReport } from './fuzz-http/child.ts';
import { writeSection } from './section.ts';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    markdown: { type: 'string' },
  },
});
const AT_ONCE = 2;
const ROUND_SECONDS = 120;
const TEMPLATE = 'fuzz_http_template';
const command = `npm run fuzz-http -- --seconds ${values.seconds} --seed ${values.seed}`;
process.stderr.write(`${command}\n`);

const folder = await mkdtemp(join(tmpdir(), 'icarus-fuzz-http-'));
// As root, PostgreSQL runs as another user, who must be able to walk in.
await chmod(folder, 0o711);
const cluster = await openCluster({ dataDir: folder, disposable: true });
const adminUrl = cluster.url('postgres');
const reports: HttpReport[] = [];
const began = Date.now();
try {
  await createDatabase(adminUrl, TEMPLATE);
  await migrate(cluster.url(TEMPLATE));
  const end = Date.now() + Number(values.seconds) * 1000;
  let rounds = 0;
  const lane = async (): Promise<void> => {
    while (Date.now() < end - 1000 || rounds < AT_ONCE) {
      const seconds = Math.max(5, Math.min(ROUND_SECONDS, Math.round((end - Date.now()) / 1000)));
      reports.push(await round(rounds++, seconds));
      if (reports.some(({ faults }) => faults.length > 0)) return;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
} finally {
  await cluster.stop();
  await rm(folder, { recursive: true, force: true });
}

/** The seed of a round is the run's and its number: `node proofs/fuzz-http/child.ts` alone plays it again. */
async function round(number: number, seconds: number): Promise<HttpReport> {
  const name = `fuzz_http_${number}`;
  await createDatabase(adminUrl, name, TEMPLATE);
  const child = join(import.meta.dirname, 'fuzz-http', 'child.ts');
  // Without a limit V8 lets garbage lie as long as the machine has memory: what is measured would be that.
  const args = [
    '--max-semi-space-size=8',
    '--max-old-space-size=224',
    child,
    cluster.nodeUrl(name),
    String(seconds),
    `${values.seed}-${number}`,
  ];
  const report = await new Promise<HttpReport>((done) => {
    execFile(process.execPath, args, { maxBuffer: 2 ** 26 }, (error, stdout, stderr) => {
      if (error === null) return done(JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as HttpReport);
      const fault = `its process ended with ${String(error.code ?? error.signal)}: ${stderr.trim().slice(-2000)}`;
      done({
        requests: 0,
        overSocket: 0,
        routes: 0,
        answered: [],
        statuses: {},
        slowestMs: 0,
        peakBytes: 0,
        heldBytes: [0, 0],
        faults: [fault],
      });
    });
  });
  await dropDatabase(adminUrl, name);
  process.stderr.write(
    `round ${number}: ${report.requests} requests, slowest ${report.slowestMs.toFixed(0)} ms, ${Math.round(report.peakBytes / 2 ** 20)} MB, ${report.faults.length} faults\n`,
  );
  for (const fault of report.faults) process.stderr.write(`  FAULT ${fault}\n`);
  return report;
}

const megabytes = (bytes: number): string => String(Math.round(bytes / 2 ** 20));
const sum = (of: (report: HttpReport) => number): number =>
  reports.reduce((all, report) => all + of(report), 0);
const most = (of: (report: HttpReport) => number): number => Math.max(...reports.map(of));
const answered = new Set(reports.flatMap((report) => report.answered));
const statuses = new Map<string, number>();
for (const report of reports)
  for (const [status, count] of Object.entries(report.statuses))
    statuses.set(status, (statuses.get(status) ?? 0) + count);
const faults = reports.flatMap((report) => report.faults);
const rate = sum(({ requests }) => requests) / ((Date.now() - began) / 1000);
const routes = most((report) => report.routes);
process.stdout.write(
  `${routes} routes, ${sum((r) => r.requests)} requests (${sum((r) => r.overSocket)} over a socket), ${rate.toFixed(0)} a second, ${faults.length} faults\n`,
);
if (values.markdown) {
  const rows = [
    ['routes', String(routes)],
    ['of them answered at least once without a refusal', String(answered.size)],
    ['requests', String(sum((r) => r.requests))],
    ['of them over a socket', String(sum((r) => r.overSocket))],
    ['requests a second', rate.toFixed(0)],
    [
      'answers by status',
      [...statuses]
        .sort(([a], [b]) => a.localeCompare(b))
        .map(([status, count]) => `${status}: ${count}`)
        .join(', '),
    ],
    [
      'slowest answer, ms by the clock; from a second on, of its own time alone',
      most((r) => r.slowestMs).toFixed(0),
    ],
    ['most memory of a process, MB', megabytes(most((r) => r.peakBytes))],
    [
      'heap after collecting it, MB: warmed up, and at the end of a round',
      `${megabytes(most((r) => r.heldBytes[0]))}, ${megabytes(most((r) => r.heldBytes[1]))}`,
    ],
    ['faults', String(faults.length)],
  ];
  const table = rows.map(([what, value]) => `| ${what} | ${value} |`).join('\n');
  await writeSection(values.markdown, `Command: \`${command}\`\n\n| what | value |\n| --- | --- |\n${table}`);
}
process.exit(faults.length === 0 && reports.length > 0 ? 0 : 1);
