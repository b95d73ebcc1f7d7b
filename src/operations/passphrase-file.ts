/**
 * An age file under a passphrase (age-encryption.org/v1, "The scrypt recipient type"). The `age-encryption` package
 * writes and reads the file; scrypt itself is Node's, which takes a fraction of the time of one in JavaScript.
 */
import { createCipheriv, createDecipheriv, randomBytes, scrypt } from 'node:crypto';
import { promisify } from 'node:util';
import type { Identity, Recipient } from 'age-encryption';
import { base64NoPad, fromBase64NoPad } from '#seal/age-header.ts';

const SCRYPT = 'scrypt';
const LABEL = 'age-encryption.org/v1/scrypt';
/** What `age` itself takes: a second or so, and 256 MiB. */
const LOG_N = 18;
/** A file that asks for more would stop the process that opens it. */
const MOST_LOG_N = 20;
const SALT_BYTES = 16;
const FILE_KEY_BYTES = 16;
const TAG_BYTES = 16;
const BLOCK_SIZE = 8;
const CIPHER = 'chacha20-poly1305';
/** A wrapping key is used once. */
const NONCE = Buffer.alloc(12);

const stretch = promisify<string, Buffer, number, object, Buffer>(scrypt);

export async function sealUnderPassphrase(text: string, passphrase: string): Promise<Uint8Array> {
  const { Encrypter, Stanza } = await import('age-encryption');
  const recipient: Recipient = {
    async wrapFileKey(fileKey) {
      const salt = randomBytes(SALT_BYTES);
      const cipher = createCipheriv(CIPHER, await wrappingKey(passphrase, salt, LOG_N), NONCE, {
        authTagLength: TAG_BYTES,
      });
      const body = Buffer.concat([cipher.update(fileKey), cipher.final(), cipher.getAuthTag()]);
      return [new Stanza([SCRYPT, base64NoPad(salt), String(LOG_N)], body)];
    },
  };
  const encrypter = new Encrypter();
  encrypter.addRecipient(recipient);
  return encrypter.encrypt(text);
}

/** @returns undefined where the passphrase is another. Throws where the file is none, or was altered */
export async function openUnderPassphrase(file: Uint8Array, passphrase: string): Promise<string | undefined> {
  const { Decrypter } = await import('age-encryption');
  let isOther = false;
  const identity: Identity = {
    async unwrapFileKey(stanzas) {
      const [stanza] = stanzas;
      const [type, saltText = '', logN = ''] = stanza?.args ?? [];
      const salt = fromBase64NoPad(saltText);
      const readable = type === SCRYPT && stanzas.length === 1 && stanza?.args.length === 3;
      if (!readable || salt?.length !== SALT_BYTES || !/^[1-9]\d?$/.test(logN) || Number(logN) > MOST_LOG_N)
        throw new Error('not an age file under a passphrase');
      const fileKey = unwrapped(stanza?.body ?? salt, await wrappingKey(passphrase, salt, Number(logN)));
      isOther = fileKey === null;
      return fileKey;
    },
  };
  const decrypter = new Decrypter();
  decrypter.addIdentity(identity);
  try {
    return await decrypter.decrypt(file, 'text');
  } catch (error) {
    if (isOther) return undefined;
    throw error;
  }
}

function wrappingKey(passphrase: string, salt: Uint8Array, logN: number): Promise<Buffer> {
  const cost = 2 ** logN;
  const memory = { N: cost, r: BLOCK_SIZE, p: 1, maxmem: 2 * 128 * BLOCK_SIZE * cost };
  return stretch(passphrase, Buffer.concat([Buffer.from(LABEL), salt]), 32, memory);
}

function unwrapped(body: Uint8Array, key: Buffer): Uint8Array | null {
  if (body.length !== FILE_KEY_BYTES + TAG_BYTES) throw new Error('not an age file under a passphrase');
  const decipher = createDecipheriv(CIPHER, key, NONCE, { authTagLength: TAG_BYTES });
  decipher.setAuthTag(body.subarray(FILE_KEY_BYTES));
  try {
    return Buffer.concat([decipher.update(body.subarray(0, FILE_KEY_BYTES)), decipher.final()]);
  } catch {
    return null;
  }
}
