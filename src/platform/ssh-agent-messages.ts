/** The messages of the ssh-agent protocol that signing needs (draft-ietf-sshm-ssh-agent), as bytes; no I/O. */

import { concatBytes } from '#seal/bytes.ts';
import { sshString, uint32, type WireReader, wireReader } from '#seal/ssh-wire.ts';

/** Above what an agent with a hundred keys answers. */
export const MAX_ANSWER_BYTES = 256 * 1024;

const REQUEST_IDENTITIES = 11;
const IDENTITIES_ANSWER = 12;
const SIGN_REQUEST = 13;
const SIGN_RESPONSE = 14;
/** The agent's whole word for: locked, no such key, not confirmed, token gone. */
const FAILURES: readonly number[] = [5, 30, 102];

/** A key that an agent holds, of whatever type. */
export interface AgentIdentity {
  readonly blob: Uint8Array;
  readonly comment: string;
}

/** What an agent answered: the content, its refusal, or something that is no answer to the question. */
export type AgentAnswer<T> = { readonly value: T } | 'refused' | 'invalid';

export function identitiesRequest(): Uint8Array {
  return sshString(Uint8Array.of(REQUEST_IDENTITIES));
}

export function signRequest(keyBlob: Uint8Array, bytes: Uint8Array): Uint8Array {
  return sshString(
    concatBytes([Uint8Array.of(SIGN_REQUEST), sshString(keyBlob), sshString(bytes), uint32(0)]),
  );
}

/** Bytes of the whole answer that begins so, its length included; undefined until four bytes are there. */
export function answerBytes(start: Uint8Array): number | undefined {
  return start.length < 4 ? undefined : 4 + wireReader(start).uint32();
}

export function readIdentities(answer: Uint8Array): AgentAnswer<AgentIdentity[]> {
  return read(answer, IDENTITIES_ANSWER, (reader) => {
    const count = reader.uint32();
    const identities: AgentIdentity[] = [];
    while (identities.length < count) identities.push({ blob: reader.bytes(), comment: reader.text() });
    return identities;
  });
}

/** The SSH signature blob. Whether it holds is for the caller to see. */
export function readSigned(answer: Uint8Array): AgentAnswer<Uint8Array> {
  return read(answer, SIGN_RESPONSE, (reader) => reader.bytes());
}

function read<T>(answer: Uint8Array, type: number, content: (reader: WireReader) => T): AgentAnswer<T> {
  try {
    const whole = wireReader(answer);
    const reader = wireReader(whole.bytes());
    whole.end();
    const answered = reader.uint8();
    if (FAILURES.includes(answered)) return 'refused';
    if (answered !== type) return 'invalid';
    const value = content(reader);
    reader.end();
    return { value };
  } catch {
    return 'invalid';
  }
}
