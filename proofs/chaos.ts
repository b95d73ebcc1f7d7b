/**
 * `npm run chaos -- --kills N [--seed S] [--minutes M] [--markdown FILE] [--keep]`: three real nodes under traffic
 * while processes and the database server are killed at random; then nothing that a caller was told may be
 * lost, doubled or made up. `--minutes` ends the killing early. Exits 1 on any fault, and then keeps all data.
 */
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { chaosMarkdown, chaosText, isClean } from './chaos/report.ts';
import { runChaos } from './chaos/run.ts';
import { writeSection } from './section.ts';

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '100' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    minutes: { type: 'string', default: '600' },
    markdown: { type: 'string' },
    keep: { type: 'boolean', default: false },
  },
});
const kills = Number(values.kills);
if (!Number.isInteger(kills) || kills < 1) {
  process.stderr.write('chaos: --kills must be a whole number from 1.\n');
  process.exit(2);
}

const folder = await mkdtemp(join(tmpdir(), 'icarus-chaos-'));
// As root, PostgreSQL runs as another user, who must be able to walk in.
await chmod(folder, 0o711);
const say = (line: string): void => void process.stderr.write(`${line}\n`);
say(`npm run chaos -- --kills ${kills} --seed ${values.seed}   (data in ${folder})`);
const result = await runChaos({ kills, seed: values.seed, minutes: Number(values.minutes), folder, say });
process.stdout.write(chaosText(result));
if (values.markdown) await writeSection(values.markdown, chaosMarkdown(result));
if (!isClean(result)) say(`The data is kept in ${folder}.`);
else if (!values.keep) await rm(folder, { recursive: true, force: true });
process.exit(isClean(result) ? 0 : 1);
