/**
 * `npm run simulate -- --seeds N [--seed S] [--processes P] [--twice] [--until-failure]
 * [--mutation NAME] [--markdown FILE]`: 27 nodes under a seeded clock, network and disk. `--seed S` runs that seed
 * alone; `--twice` runs each seed two times and compares; `--mutation` breaks a rule on purpose
 * (simulation/mutations.ts). Broken off by SIGINT, it tells of the seeds done. Exits 1 on any fault.
 */
import { parseArgs } from 'node:util';
import { writeSection } from './section.ts';
import { simulate } from './simulation/driver.ts';
import { failureLines, simulationMarkdown, simulationText } from './simulation/report.ts';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '200' },
    seed: { type: 'string' },
    first: { type: 'string', default: '1' },
    processes: { type: 'string', default: '2' },
    mutation: { type: 'string' },
    twice: { type: 'boolean', default: false },
    'until-failure': { type: 'boolean', default: false },
    'database-url': { type: 'string' },
    markdown: { type: 'string' },
  },
});
const count = Number(values.seeds);
const first = Number(values.first);
const processes = Number(values.processes);
if (![count, first, processes].every((value) => Number.isInteger(value) && value >= 1)) {
  process.stderr.write('simulate: --seeds, --first and --processes must be whole numbers from 1.\n');
  process.exit(2);
}
const seeds =
  values.seed === undefined
    ? Array.from({ length: count }, (_, index) => String(first + index))
    : [values.seed];
const result = await simulate({
  seeds,
  processes: Math.min(processes, seeds.length),
  mutation: values.mutation ?? null,
  twice: values.twice,
  untilFailure: values['until-failure'],
  databaseUrl: values['database-url'] ?? null,
  onResult: (one) => process.stderr.write(failureLines(one)),
  onProgress: (line) => process.stderr.write(`${line}\n`),
});
process.stdout.write(simulationText(result));
if (values.markdown) await writeSection(values.markdown, simulationMarkdown(result));
process.exit(result.failed.length > 0 ? 1 : 0);
