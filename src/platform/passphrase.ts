/**
 * Where the passphrase of a node's keys comes from: a file (systemd's credentials above all), a descriptor that the
 * process was started with, or whoever sits at the terminal. Never an argument or a variable: other users of the
 * machine can list those.
 */
import { closeSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { IcarusError } from '#core/errors.ts';
import type { Config } from './config.ts';

/** Name of the credential: `LoadCredentialEncrypted=icarus-passphrase:…` */
const CREDENTIAL = 'icarus-passphrase';

export type PassphraseSettings = Partial<Pick<Config, 'passphraseFile' | 'passphraseFd'>>;

/** @throws keys/passphrase-needed, keys/passphrase-unreadable */
export async function passphraseOf(
  { passphraseFile = null, passphraseFd = null }: PassphraseSettings,
  question = 'Passphrase of the keys of this node: ',
): Promise<string> {
  const folder = process.env['CREDENTIALS_DIRECTORY'];
  const credential = folder === undefined ? undefined : join(folder, CREDENTIAL);
  if (passphraseFile !== null) return textFrom(passphraseFile, passphraseFile);
  if (passphraseFd !== null) return fromDescriptor(passphraseFd);
  if (credential !== undefined && existsSync(credential)) return textFrom(credential, credential);
  if (!process.stdin.isTTY) throw new IcarusError('keys/passphrase-needed');
  return typed(question);
}

function fromDescriptor(fd: number): string {
  const text = textFrom(fd, `descriptor ${fd}`);
  closeSync(fd);
  return text;
}

/** What stands before the end of the line. */
function textFrom(place: string | number, from: string): string {
  try {
    return readFileSync(place, 'utf8').replace(/\r?\n[^]*$/, '');
  } catch (cause) {
    const reason = cause instanceof Error && 'code' in cause ? String(cause.code) : 'it is not text';
    throw new IcarusError('keys/passphrase-unreadable', { from, reason }, { cause });
  }
}

const [INTERRUPT, END, BACKSPACE, DELETE] = ['\u0003', '\u0004', '\b', '\u007f'];

/** Nothing of it is shown. @throws cli/cancelled */
function typed(question: string): Promise<string> {
  const { stdin, stderr } = process;
  stderr.write(question);
  stdin.setRawMode(true);
  stdin.setEncoding('utf8');
  return new Promise((done, failed) => {
    let text = '';
    const end = (act: () => void): void => {
      stdin.setRawMode(false);
      stdin.pause();
      stdin.off('data', onData);
      stderr.write('\n');
      act();
    };
    const onData = (chunk: string): void => {
      for (const letter of chunk) {
        if (letter === '\r' || letter === '\n') return end(() => done(text));
        if (letter === INTERRUPT || letter === END)
          return end(() => failed(new IcarusError('cli/cancelled')));
        if (letter === BACKSPACE || letter === DELETE) text = text.replace(/.$/su, '');
        else text += letter;
      }
    };
    stdin.on('data', onData);
    stdin.resume();
  });
}
