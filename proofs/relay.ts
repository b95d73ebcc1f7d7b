/**
 * `npm run relay -- [--gib N | --mib N] [--folder F] [--markdown FILE] [--keep]`: three separately started nodes
 * exchange one large message over TLS, and the coordinator on its way is killed twice. Exits 1 where anything
 * was lost, begun anew, or does not prove what it should.
 */
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { clusterFolder } from '#platform/postgres-cluster.ts';
import { type RelayResult, runRelay } from './relay/run.ts';
import { writeSection } from './section.ts';

const { values } = parseArgs({
  options: {
    gib: { type: 'string', default: '5' },
    mib: { type: 'string' },
    folder: { type: 'string', default: tmpdir() },
    markdown: { type: 'string' },
    keep: { type: 'boolean', default: false },
  },
});
const sizeBytes = values.mib ? Number(values.mib) * 1024 ** 2 : Number(values.gib) * 1024 ** 3;
if (!Number.isSafeInteger(sizeBytes) || sizeBytes < 128 * 1024 ** 2) {
  process.stderr.write(
    'relay: the size must be at least 128 MiB: what goes in one part cannot be resumed.\n',
  );
  process.exit(2);
}
const command = `npm run relay -- ${values.mib ? `--mib ${values.mib}` : `--gib ${values.gib}`}`;
const folder = await mkdtemp(join(values.folder, 'icarus-relay-'));
// As root, PostgreSQL runs as another user, who must be able to walk in.
await chmod(folder, 0o711);
const say = (line: string): void => void process.stderr.write(`${line}\n`);
say(`${command}   (data in ${folder})`);
const result = await runRelay({ sizeBytes, folder, say });
const passed = result.checks.every(({ ok }) => ok);
const report = markdown(result, command, passed);
process.stdout.write(`${report}\n`);
if (values.markdown) await writeSection(values.markdown, report);
if (values.keep) say(`The data is kept in ${folder}.`);
else {
  for (const id of ['dk', 'europol', 'mt'])
    await rm(clusterFolder(join(folder, id)), { recursive: true, force: true });
  await rm(folder, { recursive: true, force: true });
}
process.exit(passed ? 0 : 1);

function markdown(done: RelayResult, ran: string, ok: boolean): string {
  const rate = done.sizeBytes / 1e6 / done.seconds;
  return [
    `\`${ran}\`: ${ok ? 'passed' : 'FAILED'}. ${done.sizeBytes.toLocaleString('en-GB')} bytes from the lead by the coordinator to a national unit, over TLS 1.3 with pinned keys, in ${done.seconds.toFixed(0)} s from the command that sends it to the receipt (${rate.toFixed(0)} MB/s, sealing, both transfers, every check and opening included).`,
    '',
    ...done.kills.map(
      ({ during, atBytes }) =>
        `- The coordinator was killed (SIGKILL) ${during}, when ${atBytes.toLocaleString('en-GB')} bytes were at the receiving end, and started again.`,
    ),
    '',
    '| check | result | |',
    '| --- | --- | --- |',
    ...done.checks.map(
      ({ what, ok: held, detail }) =>
        `| ${what} | ${held ? 'yes' : 'NO'} | ${detail.replaceAll(/\s*\n\s*/g, ' ').replaceAll('|', '\\|')} |`,
    ),
  ].join('\n');
}
