/** Secrets that are shown once: the database keeps their hash, which tells nobody the secret. */
import { createHash, randomBytes } from 'node:crypto';

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** 256 random bits, base64url: a session's token. */
export function newToken(): string {
  return randomBytes(32).toString('base64url');
}

/** No letters that are taken for digits or for each other when read out (Crockford's base 32). */
const LETTERS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const CODE_LETTERS = 28;

/** Five random bits a letter, 140 as `XXXX-XXXX-XXXX-XXXX-XXXX-XXXX-XXXX`, to be read out or typed. */
export function newCode(letters = CODE_LETTERS): string {
  const text = [...randomBytes(letters)].map((byte) => LETTERS[byte & 31]).join('');
  return text.match(/.{4}/g)?.join('-') ?? text;
}

/** As it was made, however it was typed: case, spaces and hyphens do not matter, nor O for 0 or I for 1. */
export function plainCode(typed: string): string {
  const text = typed.toUpperCase().replaceAll(/[\s-]/g, '').replaceAll('O', '0').replaceAll(/[IL]/g, '1');
  return text.match(/.{1,4}/g)?.join('-') ?? '';
}
