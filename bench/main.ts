/**
 * `npm run bench -- ROOM [--small] [--rows N,N] [--json FILE] [--markdown FILE]`: the one way to measure. Each room has a file here;
 * it prints its figures with the peer's value from the same run and the machine they were measured on.
 */
import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { cpus, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Benchmark, Figure } from './figure.ts';

/** Figures within a page that a person wrote stand between these. */
const [BEGIN, END] = ['<!-- figures -->', '<!-- /figures -->'];
const NOT_ROOMS = new Set(['main.ts', 'figure.ts']);

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    small: { type: 'boolean', default: false },
    rows: { type: 'string' },
    json: { type: 'string' },
    markdown: { type: 'string' },
  },
});

const rooms = (await readdir(import.meta.dirname))
  .filter(
    (file) =>
      file.endsWith('.ts') &&
      !file.endsWith('.test.ts') &&
      !file.endsWith('-child.ts') &&
      !NOT_ROOMS.has(file),
  )
  .map((file) => file.slice(0, -'.ts'.length))
  .sort();
const wanted = positionals.length > 0 ? positionals : rooms;
const unknown = wanted.find((room) => !rooms.includes(room));
if (unknown !== undefined) {
  process.stderr.write(`bench: there is no benchmark of "${unknown}"; there are ${rooms.join(', ')}.\n`);
  process.exit(2);
}

const machine = {
  cores: cpus().length,
  processor: cpus()[0]?.model ?? 'unknown',
  memoryBytes: totalmem(),
  node: process.version,
  platform: `${process.platform} ${process.arch}`,
};
const results: { room: string; small: boolean; measuredAt: string; figures: Figure[] }[] = [];
for (const room of wanted) {
  const benchmark = (await import(join(import.meta.dirname, `${room}.ts`))) as Benchmark;
  const scratch = await mkdtemp(join(tmpdir(), `icarus-bench-${room}-`));
  // As root, PostgreSQL runs as another user, who must be able to walk in.
  await chmod(scratch, 0o711);
  try {
    const figures = await benchmark.run({
      small: values.small,
      rows: values.rows?.split(',').map(Number),
      scratch,
      log: (text) => process.stderr.write(`${text}\n`),
    });
    results.push({ room, small: values.small, measuredAt: new Date().toISOString(), figures });
    print(room, figures);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}
if (values.markdown) await writeMarkdown(values.markdown);
if (values.json) await writeFile(values.json, `${JSON.stringify({ machine, results }, null, 2)}\n`);

function print(room: string, figures: readonly Figure[]): void {
  const lines = figures.map(({ name, value, unit, peer, ratio }) => {
    const beside = peer ? `   ${peer.name}: ${rounded(peer.value)} ${unit}` : '';
    return `  ${name.padEnd(52)} ${rounded(value).padStart(12)} ${unit}${beside}${ratio === undefined ? '' : `   ratio ${ratio.toFixed(2)}`}`;
  });
  const heading = `${room}${values.small ? ' (small)' : ''} on ${machine.cores} x ${machine.processor}, Node ${machine.node}`;
  process.stdout.write(`${heading}\n${lines.join('\n')}\n`);
}

function rounded(value: number): string {
  return value.toLocaleString('en-GB', { maximumFractionDigits: value < 10 ? 2 : value < 1000 ? 1 : 0 });
}

/** A page of figures alone, or the figures of a page that has a place for them: no number is typed by hand. */
async function writeMarkdown(path: string): Promise<void> {
  const page = await readFile(path, 'utf8').catch(() => '');
  const [from, to] = [page.indexOf(BEGIN), page.indexOf(END)];
  const text =
    from >= 0 && to > from
      ? `${page.slice(0, from + BEGIN.length)}\n\n${measured()}\n${page.slice(to)}`
      : `# Benchmarks\n\n${measured()}`;
  await writeFile(path, text);
}

function measured(): string {
  const asked = ['npm run bench --', ...process.argv.slice(2)].join(' ');
  const tables = results.map(({ room, small, measuredAt, figures }) => {
    const rows = figures.map(
      ({ name, value, unit, peer, ratio }) =>
        `| ${name} | ${rounded(value)} ${unit} | ${peer ? `${peer.name}: ${rounded(peer.value)} ${unit}` : '–'} | ${ratio === undefined ? '–' : ratio.toFixed(2)} |`,
    );
    return [
      `## ${room}${small ? ' (small)' : ''}`,
      '',
      `Measured ${measuredAt.slice(0, 16).replace('T', ' ')} UTC.`,
      '',
      '| what | value | peer, same run | ratio |',
      '| --- | --- | --- | --- |',
      ...rows,
      '',
    ].join('\n');
  });
  return [
    `Written by \`${asked}\`; no number here is typed.`,
    '',
    `Machine: ${machine.cores} x ${machine.processor}, ${rounded(machine.memoryBytes / 2 ** 30)} GiB, Node ${machine.node}, ${machine.platform}.`,
    'It is shared and noisy: read ratios to the peer of the same run, not single seconds.',
    '',
    ...tables,
  ].join('\n');
}
