/**
 * The JSON body of an act, read strictly: what an officer's page or a program says is either understood whole
 * or refused. RFC 8259 leaves to the reader what becomes of a name that stands twice, and sets no limit to
 * nesting; here both are refused (RFC 7493, I-JSON, sections 2.1 and 2.3).
 */
import type { IncomingMessage } from 'node:http';
import { IcarusError } from '#core/errors.ts';

/** Deeper than any body of ours: an import profile, the deepest, has 6. */
export const MOST_NESTING = 16;

/** Longer than a body of a megabyte takes on a poor line; whoever holds a request open longer is cut off. */
export const BODY_WITHIN_MS = 30_000;

/** @throws request/too-large, request/too-slow */
export async function collectBody(
  body: IncomingMessage,
  { limitBytes, withinMs }: { limitBytes: number; withinMs: number },
): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  const late = new IcarusError('request/too-slow', { seconds: Math.ceil(withinMs / 1000) });
  // The connection stays: the refusal goes out on it, and the server closes it after that.
  const deadline = Promise.withResolvers<never>();
  const timer = setTimeout(() => deadline.reject(late), withinMs);
  const chunksOf = body.iterator({ destroyOnReturn: false });
  try {
    for (;;) {
      const { value, done } = await Promise.race([chunksOf.next(), deadline.promise]);
      if (done) return Buffer.concat(chunks);
      length += (value as Buffer).length;
      if (length > limitBytes) throw new IcarusError('request/too-large', { limitBytes });
      chunks.push(value as Buffer);
    }
  } finally {
    clearTimeout(timer);
  }
}

/** @throws request/invalid, naming what is wrong */
export function parseBody(bytes: Uint8Array): unknown {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw invalid('the body is not UTF-8', cause);
  }
  // Before it is parsed: a body that is nested too deep is not built first.
  const flaw = flawOfText(text);
  if (flaw) throw invalid(flaw);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw invalid('the body is not JSON', cause);
  }
  refuseUnwritable(value, 'body');
  return value;
}

/** Refuses text that no record of this node can hold, in whatever part of a request it stands. */
export function refuseUnwritable(value: unknown, place: string): void {
  if (typeof value === 'string') {
    if (value.includes('\0')) throw invalid(`${place} holds the character U+0000`);
    if (!value.isWellFormed()) throw invalid(`${place} holds half of a character (a lone surrogate)`);
  } else if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw invalid(`${place} holds a number beyond all limits`);
  } else if (Array.isArray(value)) {
    for (const [position, one] of value.entries()) refuseUnwritable(one, `${place}/${position}`);
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, one] of Object.entries(value)) {
      refuseUnwritable(name, `a name in ${place}`);
      refuseUnwritable(one, `${place}/${name}`);
    }
  }
}

/** What `JSON.parse` would let pass: nesting, names that stand twice, and the one name that is no property. */
function flawOfText(text: string): string | undefined {
  const open: (Set<string> | undefined)[] = [];
  for (let at = 0; at < text.length; at++) {
    const letter = text[at];
    if (letter === '{' || letter === '[') {
      open.push(letter === '{' ? new Set() : undefined);
      if (open.length > MOST_NESTING) return `the body is nested more than ${MOST_NESTING} deep`;
    } else if (letter === '}' || letter === ']') open.pop();
    else if (letter === '"') {
      const end = endOfString(text, at);
      const flaw = followedByColon(text, end) && flawOfName(text.slice(at, end), open.at(-1));
      if (flaw) return flaw;
      at = end - 1;
    }
  }
  return undefined;
}

function flawOfName(quoted: string, names: Set<string> | undefined): string | undefined {
  let name: string;
  try {
    name = JSON.parse(quoted) as string;
  } catch {
    return 'the body is not JSON';
  }
  if (name === '__proto__') return 'the body has the name __proto__';
  if (names?.has(name))
    return `the body has the name ${JSON.stringify(name.slice(0, 40))} twice in one place`;
  names?.add(name);
  return undefined;
}

/** Just behind the closing quote of the string that begins at `start`. */
function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return Math.min(at + 1, text.length);
}

function followedByColon(text: string, from: number): boolean {
  let at = from;
  while (text[at] === ' ' || text[at] === '\n' || text[at] === '\r' || text[at] === '\t') at++;
  return text[at] === ':';
}

function invalid(reason: string, cause?: unknown): IcarusError {
  return new IcarusError('request/invalid', { reason }, cause === undefined ? {} : { cause });
}
