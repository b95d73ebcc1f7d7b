/**
 * `npm run differential -- [--packages 1000] [--seed S] [--markdown FILE]`: generated packages, half of them
 * damaged, judged by us and by the officer's procedure with public tools. Exits 1 where the two disagree; the
 * package is kept then.
 */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { differentialMarkdown, differentialText } from './differential/report.ts';
import { runDifferential } from './differential/run.ts';
import { writeSection } from './section.ts';

const { values } = parseArgs({
  options: {
    packages: { type: 'string', default: '1000' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    markdown: { type: 'string' },
  },
});
const packages = Number(values.packages);
if (!Number.isInteger(packages) || packages < 1) {
  process.stderr.write('differential: --packages must be a whole number from 1.\n');
  process.exit(2);
}
const command = `npm run differential -- --packages ${packages} --seed ${values.seed}`;
process.stderr.write(`${command}\n`);
const kept = mkdtempSync(join(tmpdir(), 'icarus-differential-'));
const began = Date.now();
const comparisons = await runDifferential({
  packages,
  seed: values.seed,
  onCompared(comparison, bytes) {
    if (comparison.verdict !== 'disagreement') return;
    const file = join(
      kept,
      `${comparison.damage.replaceAll(/\W+/g, '-').slice(0, 60)}-${bytes.length}.icarus`,
    );
    writeFileSync(file, bytes);
    const { damage, ours, theirs } = comparison;
    process.stderr.write(`DISAGREEMENT ${damage}: we say ${ours}, the tools ${theirs}; ${file}\n`);
  },
});
const seconds = (Date.now() - began) / 1000;
process.stdout.write(differentialText(comparisons, seconds));
if (values.markdown)
  await writeSection(values.markdown, differentialMarkdown({ command, comparisons, seconds }));
process.exit(comparisons.some(({ verdict }) => verdict === 'disagreement') ? 1 : 0);
