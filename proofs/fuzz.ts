/**
 * `npm run fuzz -- [--seconds 20] [--only importers] [--parser NAME] [--seed S] [--markdown FILE]`: hostile inputs
 * for every parser of what comes from outside and every importer, two at a time. One that throws anything but a
 * coded refusal, takes longer than a second of its own time, more memory than 512 MB, or takes what it would write
 * otherwise, fails the run; its input is kept in proofs/corpus and read again by every test run.
 */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { ParserReport } from './fuzz/parser-child.ts';
import { FUZZ_GROUPS } from './fuzz/target.ts';
import { FUZZ_TARGETS } from './fuzz/targets.ts';
import { writeSection } from './section.ts';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '20' },
    only: { type: 'string' },
    parser: { type: 'string', multiple: true },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    markdown: { type: 'string' },
  },
});
const AT_ONCE = 2;
const only = FUZZ_GROUPS.find((group) => group === values.only);
if (values.only !== undefined && only === undefined)
  throw new Error(`--only takes one of ${FUZZ_GROUPS.join(', ')}.`);
const chosen = [
  ...(only === undefined ? [] : ['--only', only]),
  ...(values.parser ?? []).flatMap((name) => ['--parser', name]),
];
const command = ['npm run fuzz --', '--seconds', values.seconds, ...chosen, '--seed', values.seed].join(' ');
const waiting = FUZZ_TARGETS.filter(({ group = 'parsers' }) => only === undefined || group === only)
  .map(({ name }) => name)
  .filter((name) => values.parser?.includes(name) ?? true);
const reports: ParserReport[] = [];

function runParser(name: string): Promise<ParserReport> {
  const child = join(import.meta.dirname, 'fuzz', 'parser-child.ts');
  return new Promise((resolve) => {
    execFile(process.execPath, [child, name, values.seconds, values.seed], (error, stdout, stderr) => {
      if (error === null) return resolve(JSON.parse(stdout) as ParserReport);
      const faults = [`its process ended with ${error.code ?? error.signal}: ${stderr.trim()}`];
      resolve({
        parser: name,
        inputs: 0,
        accepted: 0,
        blocks: 0,
        found: 0,
        peakBytes: 0,
        slowestMs: 0,
        faults,
      });
    });
  });
}

async function runNext(): Promise<void> {
  for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
    const report = await runParser(name);
    reports.push(report);
    process.stderr.write(`${line(report)}\n`);
    for (const fault of report.faults) process.stderr.write(`  FAULT ${fault}\n`);
  }
}

function line({ parser, inputs, accepted, blocks, peakBytes, slowestMs, faults }: ParserReport): string {
  const numbers = `${inputs} inputs, ${accepted} accepted, ${blocks} blocks run, slowest ${slowestMs.toFixed(0)} ms, ${Math.round(peakBytes / 2 ** 20)} MB`;
  return `${parser}: ${numbers}: ${faults.length === 0 ? 'no fault' : `${faults.length} faults`}`;
}

process.stderr.write(`${command}\n`);
await Promise.all(Array.from({ length: AT_ONCE }, runNext));
const inputs = reports.reduce((sum, report) => sum + report.inputs, 0);
const faults = reports.flatMap((report) => report.faults);
process.stdout.write(`${reports.length} parsers, ${inputs} inputs, ${faults.length} faults\n`);
if (values.markdown) {
  const rows = reports
    .toSorted((a, b) => a.parser.localeCompare(b.parser))
    .map(
      (r) =>
        `| ${r.parser} | ${r.inputs} | ${r.accepted} | ${r.blocks} | ${r.slowestMs.toFixed(0)} | ${Math.round(r.peakBytes / 2 ** 20)} | ${r.faults.length} |`,
    );
  const head =
    '| parser | inputs | accepted | blocks run | slowest, ms of its own | memory, MB | faults |\n| --- | --- | --- | --- | --- | --- | --- |';
  await writeSection(
    values.markdown,
    `Command: \`${command}\`: ${inputs} inputs, ${faults.length} faults\n\n${head}\n${rows.join('\n')}`,
  );
}
process.exit(faults.length === 0 && reports.length > 0 ? 0 : 1);
