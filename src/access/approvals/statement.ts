/**
 * What an officer signs when he approves or refuses: a statement that names each thing by its digest. Pure.
 * The challenge of the passkey is the statement's SHA-256, so that the signature is over these bytes.
 */
import { canonicalJson } from '#core/canonical-json.ts';
import type { AgencyId, OperationId } from '#core/ids.ts';

/** What second officers give their word on. */
export const ACT_KINDS = [
  'proposal',
  'package',
  'figure-set',
  'data-erasure',
  'icse-series',
  'eurojust-request',
] as const;
export type ActKind = (typeof ACT_KINDS)[number];

export type Word = 'approve' | 'refuse';

/** A thing, by the digest of what the officer looked at (hex). */
export interface SignedThing {
  readonly kind: ActKind;
  readonly id: string;
  readonly digest: string;
}

/** An officer's word on some things: what a service asks a signature for. */
export interface OfficersWord {
  readonly word: Word;
  readonly things: readonly SignedThing[];
  /** Of the things; null where they are of the node. */
  readonly operationId: OperationId | null;
}

export const STATEMENT_FORMAT = 'icarus-signed-word/1';

/** The bytes that are signed: canonical JSON. @param nonce makes each statement, and so each challenge, new */
export function statementOf(
  { word, things, operationId }: OfficersWord,
  by: { agencyId: AgencyId; officerId: string; at: Date; nonce: string },
): string {
  return canonicalJson({
    format: STATEMENT_FORMAT,
    agency: by.agencyId,
    officer: by.officerId,
    operation: operationId,
    word,
    things: things.map(({ kind, id, digest }) => ({ kind, id, digest })),
    at: by.at.toISOString(),
    nonce: by.nonce,
  });
}

/** What a statement says; undefined where it is none. */
export function readStatement(text: string): (OfficersWord & { readonly officer: string }) | undefined {
  try {
    const said = JSON.parse(text) as Partial<OfficersWord> & {
      format?: unknown;
      officer?: unknown;
      operation?: OperationId | null;
    };
    if (said.format !== STATEMENT_FORMAT || typeof said.officer !== 'string') return undefined;
    if ((said.word !== 'approve' && said.word !== 'refuse') || !Array.isArray(said.things)) return undefined;
    const { word, officer, things, operation = null } = said;
    return { word, things: things as SignedThing[], officer, operationId: operation };
  } catch {
    return undefined;
  }
}
