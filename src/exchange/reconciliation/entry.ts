/** What a node states of one message, and of the list: the form of `icarus-reconciliation/1`. */

import { type Static, Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { IcarusError } from '#core/errors.ts';
import { STORABLE } from '#core/storable-text.ts';

export const RECONCILIATION_FORMAT = 'icarus-reconciliation/1';

const closed = { additionalProperties: false } as const;
const Time = Type.String({ format: 'date-time', pattern: 'Z$' });
const Digest = Type.String({ pattern: '^[0-9a-f]{64}$' });
const AgencyIdText = Type.String({ pattern: '^[a-z][a-z0-9-]{1,30}$' });

/** One message between the two agencies, as the node that states it has it. Times by its clock. */
export const Entry = Type.Object(
  {
    messageId: Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9_-]{2,63}$' }),
    kind: Type.String({ pattern: '^[a-z][a-z0-9-]{0,39}$' }),
    /** The stating node sent it, or received it. */
    direction: Type.Enum(['sent', 'received']),
    sha256: Digest,
    /** Of a sent one: queued, sent, delivered, acknowledged, refused; of a received one: received, opened, refused. */
    state: Type.Enum(['queued', 'sent', 'delivered', 'acknowledged', 'refused', 'received', 'opened']),
    /** Of a received one that is not opened: it may be of another operation. */
    operationUnknown: Type.Optional(Type.Literal(true)),
    sentAt: Type.Optional(Time),
    deliveredAt: Type.Optional(Time),
    acknowledgedAt: Type.Optional(Time),
    receivedAt: Type.Optional(Time),
    /** When it was opened, or refused. */
    openedAt: Type.Optional(Time),
    /** Leaf hash of the event that records the opening: of a sent one as the recipient promised it. */
    leaf: Type.Optional(Digest),
    /** That this leaf is in the stating node's custody log (C2SP tlog-proof). */
    proof: Type.Optional(Type.String({ maxLength: 16_384, pattern: STORABLE })),
  },
  closed,
);
export type Entry = Static<typeof Entry>;

/** What the list is of; `entries.ndjson` beside it has one line for each message, in the order of ids. */
export const StatementDocument = Type.Object(
  {
    format: Type.Literal(RECONCILIATION_FORMAT),
    operationId: Type.String({ pattern: '^operation_[0-9a-z]{26}$' }),
    by: AgencyIdText,
    with: AgencyIdText,
    /** Messages that were sealed in this time; null: from the beginning. */
    fromAt: Type.Union([Time, Type.Null()]),
    untilAt: Time,
    at: Time,
    entries: Type.Integer({ minimum: 0 }),
    /** The other is asked to state the same in its turn. */
    answerWanted: Type.Boolean(),
  },
  closed,
);
export type StatementDocument = Static<typeof StatementDocument>;

export const STATEMENT_FILE = 'statement.json';
export const ENTRIES_FILE = 'entries.ndjson';

const entryCheck = Compile(Entry);
const statementCheck = Compile(StatementDocument);

/** @throws exchange/reconciliation-invalid */
export function readStatement(text: string): StatementDocument {
  const value = parsed(text);
  if (!statementCheck.Check(value)) throw invalid(statementCheck.Errors(value)[0]?.instancePath);
  return value;
}

/** @throws exchange/reconciliation-invalid */
export function readEntry(line: string): Entry {
  const value = parsed(line);
  if (!entryCheck.Check(value)) throw invalid(entryCheck.Errors(value)[0]?.instancePath);
  return value;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function invalid(path: string | undefined): IcarusError {
  return new IcarusError('exchange/reconciliation-invalid', { field: path?.slice(1) || 'its form' });
}
