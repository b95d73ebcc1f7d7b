/**
 * The officer's procedure of docs/formats/sealed-package.md, run as it stands there with `tar`, `ssh-keygen`,
 * `sha512sum` and `age`. What the document asks a person to read and compare, `jq` and `grep` compare here.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { allowedSigners, revokedKeys, sshTime } from '#seal/card.ts';
import type { Arrival } from './package.ts';

export const OFFICERS_TOOLS = ['age', 'ssh-keygen', 'tar', 'sha512sum', 'jq', 'bash', 'timeout'];

/** The document's own examples, which stand in its commands. */
const EXAMPLE = { id: 'IP-2011-ICARUS-MT-1', time: '20110921100000Z' };
const DOCUMENT = readFileSync(
  join(import.meta.dirname, '..', '..', 'docs', 'formats', 'sealed-package.md'),
  'utf8',
);

function commands(name: string): string {
  const block = new RegExp(`<!-- procedure: ${name} -->\\n\`\`\`sh\\n(.*?)\`\`\``, 's').exec(DOCUMENT)?.[1];
  if (block === undefined) throw new Error(`The document has no procedure ${name}.`);
  return block;
}

/** "Read `from`, `to` and `id`: is it from whom you think, and for you?" */
const READ_ENVELOPE = `
test "$(jq -r .from package.json)" = dk
test "$(jq -r .id package.json)" = "$ID"
jq -e --arg me "$ME" '.to | index($me) != null' package.json
`;
/** "bag-info.txt must name the same id, from, to and createdAt as the envelope." */
const READ_BAG_INFO = `
same() { test "$(grep -m1 "^$1: " bag-info.txt | cut -d' ' -f2-)" = "$(jq -r "$2" ../package.json)"; }
same External-Identifier .id
same Icarus-From .from
same Icarus-To '.to | join(" ")'
same Icarus-Created-At .createdAt
`;
const STEPS = [
  ['envelope', commands('envelope') + READ_ENVELOPE],
  ['ciphertext', commands('ciphertext')],
  ['content', commands('content') + READ_BAG_INFO],
] as const;

/** Longer than any of these packages takes on a busy machine: a pipe among the files makes sha512sum wait for ever. */
const TIMEOUT_SECONDS = 60;

/** `accepts`, or the step at which the tools stop. */
export async function officersVerdict(arrival: Arrival): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'icarus-officer-'));
  try {
    return await runProcedure(arrival, folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function runProcedure({ bytes, card, reader, at, createdAt, id }: Arrival, folder: string): Promise<string> {
  const place = (name: string, content: string | Uint8Array) =>
    writeFileSync(join(folder, name), content, { mode: 0o600 });
  mkdirSync(join(folder, 'work'));
  place(`work/${id}.icarus`, bytes);
  place('work/allowed_signers', allowedSigners([card]));
  place('work/revoked_keys', revokedKeys([card], at));
  place('work/identity.txt', `${reader.identity}\n`);
  const script = STEPS.map(([name, text]) => `echo "step ${name}" >&3\n${text}`).join('\n');
  const written = script.replaceAll(EXAMPLE.id, id).replaceAll(EXAMPLE.time, sshTime(createdAt));
  return new Promise((resolve, reject) => {
    const child = spawn('timeout', [String(TIMEOUT_SECONDS), 'bash', '-euo', 'pipefail', '-c', written], {
      cwd: join(folder, 'work'),
      env: { ...process.env, LC_ALL: 'C.UTF-8', ID: id, ME: reader.card.agencyId },
      stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
    });
    let steps = '';
    child.stdio[3]?.on('data', (chunk) => {
      steps += String(chunk);
    });
    child.on('error', reject);
    child.on('close', (status) => {
      const step = steps.trim().split(' ').at(-1);
      resolve(status === 0 ? 'accepts' : `${status === 124 ? 'runs out of time' : 'stops'} at ${step}`);
    });
  });
}
