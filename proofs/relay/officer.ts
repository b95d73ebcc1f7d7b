/** The officer without our software: the procedures of docs/formats/sealed-package.md, run as they are written there. */
import { spawn } from 'node:child_process';
import { link, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { allowedSigners, readCard, revokedKeys } from '#seal/card.ts';
import { collect } from './collect.ts';

const FORMAT = join(import.meta.dirname, '../../docs/formats/sealed-package.md');
/** What the document calls its example. */
const EXAMPLE = { id: 'IP-2011-ICARUS-MT-1', time: '20110921100000Z' };

export interface Opening {
  /** A new folder to work in. */
  readonly folder: string;
  /** The sealed file, as it came. */
  readonly sealed: string;
  readonly messageId: string;
  /** `createdAt` of the envelope. */
  readonly createdAt: string;
  /** The sender's card, as a file. */
  readonly senderCard: string;
  /** The recipient's age identities. */
  readonly identities: string;
}

/** @returns the folder with the content. @throws with what the tools said where one of them failed */
export async function openByHand(opening: Opening): Promise<string> {
  const { folder, messageId } = opening;
  await mkdir(folder);
  const card = await readCard(await readFile(opening.senderCard, 'utf8'));
  await link(opening.sealed, join(folder, `${messageId}.icarus`));
  await writeFile(join(folder, 'allowed_signers'), allowedSigners([card]));
  await writeFile(join(folder, 'revoked_keys'), revokedKeys([card], new Date()));
  await writeFile(join(folder, 'identity.txt'), await readFile(opening.identities), { mode: 0o600 });
  const time = `${opening.createdAt.slice(0, 19).replaceAll(/[-:T]/g, '')}Z`;
  const text = await readFile(FORMAT, 'utf8');
  const script = ['envelope', 'ciphertext', 'content']
    .map((name) => procedure(text, name))
    .join('')
    .replaceAll(EXAMPLE.id, messageId)
    .replaceAll(EXAMPLE.time, time);
  const shell = spawn('bash', ['-euo', 'pipefail', '-c', script], {
    cwd: folder,
    env: { ...process.env, LC_ALL: 'C.UTF-8' },
  });
  const { code, out, said } = await collect(shell);
  if (code !== 0) throw new Error(`the officer's procedure failed: ${said}${out}`);
  return join(folder, messageId, 'bag', 'data');
}

function procedure(text: string, name: string): string {
  const block = new RegExp(`<!-- procedure: ${name} -->\\n\`\`\`sh\\n(.*?)\`\`\``, 's').exec(text)?.[1];
  if (block === undefined) throw new Error(`${FORMAT} has no procedure ${name}`);
  return block;
}
