/**
 * `npm run hostile -- [--markdown FILE]`: packages made to harm, signed by a key that the reader trusts, each in
 * a process of its own. Exits 1 unless each is refused with its code, leaves nothing, and stays within 256 MiB.
 */
import { parseArgs } from 'node:util';
import { HOSTILE_CASES } from './hostile/cases.ts';
import { faultsOf, runLarge, runSmall } from './hostile/run.ts';
import { writeSection } from './section.ts';

const { values } = parseArgs({ options: { markdown: { type: 'string' } } });
const rows: string[] = [];
const faults: string[] = [];
const [light, heavy] = [HOSTILE_CASES.filter((one) => !one.heavy), HOSTILE_CASES.filter((one) => one.heavy)];
// The small ones share a process; each large one has its own, so that its memory is known.
for (const cases of [light, ...heavy.map((one) => [one])]) {
  const [large] = cases.length === 1 ? cases : [];
  const report = await (large ? runLarge(large) : runSmall(cases));
  const peak = Math.round(report.peakBytes / 2 ** 20);
  const slowest = Math.max(...report.results.map(({ seconds }) => seconds));
  const name =
    cases.length === 1 ? (cases[0]?.name ?? '') : `${cases.length} small cases, the slowest of them`;
  const code = cases.length === 1 ? `\`${report.results[0]?.outcome ?? ''}\`` : 'each its own';
  rows.push(`| ${name} | ${code} | ${slowest.toFixed(1)} | ${peak} |`);
  faults.push(...faultsOf(report));
  process.stderr.write(`${name}: ${code}, ${slowest.toFixed(1)} s, peak ${peak} MiB\n`);
}
process.stdout.write(`${HOSTILE_CASES.length} hostile packages, ${faults.length} faults\n`);
for (const fault of faults) process.stdout.write(`  ${fault}\n`);
const head =
  '| package | refused with | seconds | peak memory of the process, MiB |\n| --- | --- | --- | --- |';
if (values.markdown)
  await writeSection(values.markdown, `Command: \`npm run hostile\`\n\n${head}\n${rows.join('\n')}`);
process.exit(faults.length === 0 ? 0 : 1);
