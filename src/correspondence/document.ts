/**
 * A letter as it travels: `message.json`, and the attachments beside it (docs/formats/letter.md). The node
 * reads nothing else of it: an attachment is bytes that an officer may save.
 */

import { join } from 'node:path';
import { type Static, Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { PERMITTED_ACTS } from '#core/conditions.ts';
import { IcarusError } from '#core/errors.ts';
import { HANDLING_CODES, INFORMATION_GRADES, SOURCE_GRADES } from '#core/handling.ts';
import { PAP_ACTS, PAP_LEVELS } from '#core/pap.ts';
import { STORABLE } from '#core/storable-text.ts';
import { DEADLINE_RULES, type DeadlineKind } from '#exchange/deadlines.ts';
import type { OpenedMessage } from '#exchange/kinds.ts';
import { OperationDocument } from '#operations/types.ts';
import { readSmallFile } from '#platform/recent-files.ts';
import { isSafePath } from '#seal/paths.ts';

export const LETTER_FORMAT = 'icarus-letter/1';
export const LETTER_FILE = 'message.json';
export const ATTACHMENTS = 'attachments/';
export const MAX_TEXT = 100_000;
export const MAX_ATTACHMENTS = 100;
/** Room for the longest text and the longest chain, as they are written. */
const MAX_FILE_BYTES = 2 * 2 ** 20;

const closed = { additionalProperties: false } as const;
const Agency = Type.String({ pattern: '^[a-z][a-z0-9-]{1,30}$' });
const MessageIdText = Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9_-]{2,63}$' });
const Instant = Type.String({
  format: 'date-time',
  pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z$',
});
/** One line: no control characters, so that nothing moves the cursor of whoever prints it. */
export const Line = (maxLength: number) =>
  Type.String({
    minLength: 1,
    maxLength,
    pattern: '^[^\\u0000-\\u001f\\u007f-\\u009f\\u2028\\u2029]*$',
  });
/** Several lines, without the other control characters. */
export const Text = (minLength: number) =>
  Type.String({
    minLength,
    maxLength: MAX_TEXT,
    pattern: '^[^\\u0000-\\u0009\\u000b-\\u001f\\u007f-\\u009f]*$',
  });

export const HandlingDocument = Type.Object(
  {
    codes: Type.Array(Type.Enum([...HANDLING_CODES]), { uniqueItems: true, maxItems: 4 }),
    text: Type.String({ maxLength: 2000, pattern: STORABLE }),
  },
  closed,
);
export const EvaluationDocument = Type.Object(
  { source: Type.Enum([...SOURCE_GRADES]), information: Type.Enum([...INFORMATION_GRADES]) },
  closed,
);

/** What may be done with it; absent: GREEN, as letters of before it was there were meant. */
export const Pap = Type.Enum([...PAP_LEVELS]);

/** Whose information it is: who gave it to whom, and under which codes. Nearest hand first. */
const Origin = Type.Object(
  {
    messageId: MessageIdText,
    from: Agency,
    to: Type.Array(Agency, { minItems: 1, maxItems: 64 }),
    handling: HandlingDocument,
    pap: Type.Optional(Pap),
  },
  closed,
);
export type Origin = Static<typeof Origin>;

/** A letter that is passed on, as its writer wrote and evaluated it. */
export const ForwardedLetter = Type.Object(
  {
    subject: Line(200),
    text: Text(0),
    evaluation: Type.Union([EvaluationDocument, Type.Null()]),
    writtenAt: Instant,
    origins: Type.Array(Origin, { minItems: 1, maxItems: 10 }),
  },
  closed,
);
export type ForwardedLetter = Static<typeof ForwardedLetter>;

/**
 * May this message go to that agency, although its codes forbid it? Or, with the code PAP, may that be done with
 * it which its level forbids?
 */
export const PermissionQuestion = Type.Object(
  {
    messageId: MessageIdText,
    recipient: Agency,
    codes: Type.Array(Type.Enum(['H1', 'H2', 'H3', 'PAP']), { uniqueItems: true, minItems: 1, maxItems: 3 }),
    /** With PAP, and only with it: what is to be done. */
    act: Type.Optional(Type.Enum([...PAP_ACTS])),
  },
  closed,
);
export type PermissionQuestion = Static<typeof PermissionQuestion>;

/** Under which a provider permits what his codes forbid; what is null is not restricted. */
export const ConditionsDocument = Type.Object(
  {
    text: Type.String({ maxLength: 2000, pattern: STORABLE }),
    until: Type.Union([Instant, Type.Null()]),
    onlyTo: Type.Union([Type.Array(Agency, { minItems: 1, maxItems: 64, uniqueItems: true }), Type.Null()]),
    onlyFor: Type.Union([
      Type.Array(Type.Enum([...PERMITTED_ACTS]), { minItems: 1, maxItems: 10, uniqueItems: true }),
      Type.Null(),
    ]),
  },
  closed,
);
export type ConditionsDocument = Static<typeof ConditionsDocument>;

export const LetterDocument = Type.Object(
  {
    format: Type.Literal(LETTER_FORMAT),
    kind: Type.Enum(['message', 'query', 'answer']),
    /** As the sender knows it; a node that does not know it takes it from its lead. */
    operation: OperationDocument,
    subject: Line(200),
    text: Text(0),
    handling: HandlingDocument,
    evaluation: Type.Union([EvaluationDocument, Type.Null()]),
    deadline: Type.Union([
      Type.Object({ rule: Type.Enum(Object.keys(DEADLINE_RULES) as DeadlineKind[]), dueAt: Instant }, closed),
      Type.Null(),
    ]),
    /** First message of the thread; null where it is this one. */
    thread: Type.Union([MessageIdText, Type.Null()]),
    inReplyTo: Type.Union([MessageIdText, Type.Null()]),
    nothingKnown: Type.Boolean(),
    permission: Type.Union([PermissionQuestion, Type.Null()]),
    granted: Type.Union([Type.Boolean(), Type.Null()]),
    /** Of leave that is given; absent: none. */
    conditions: Type.Optional(ConditionsDocument),
    /** What may be done with it; absent: GREEN. */
    pap: Type.Optional(Pap),
    forwarded: Type.Union([ForwardedLetter, Type.Null()]),
    attachments: Type.Array(
      Type.Object({ name: Line(180), sizeBytes: Type.Integer({ minimum: 0 }) }, closed),
      { maxItems: MAX_ATTACHMENTS },
    ),
    writtenBy: Line(80),
    writtenAt: Instant,
  },
  closed,
);
export type LetterDocument = Static<typeof LetterDocument>;

const check = Compile(LetterDocument);

/** The letter of an opened message, whose files are exactly those that it names. @throws letter/malformed */
export async function readLetter({ folder, files }: OpenedMessage): Promise<LetterDocument> {
  const file = files.find(({ path }) => path === LETTER_FILE);
  if (!file || file.sizeBytes > MAX_FILE_BYTES) throw malformed(LETTER_FILE);
  const value = parsed(Buffer.from(await readSmallFile(join(folder, LETTER_FILE))).toString('utf8'));
  if (!check.Check(value)) throw malformed(check.Errors(value)[0]?.instancePath.slice(1) || 'its form');
  const field = disagreement(value, files);
  if (field) throw malformed(field);
  return value;
}

/** Which member contradicts another one, or the files; undefined where none does. Pure. */
export function disagreement(
  letter: LetterDocument,
  files: readonly { readonly path: string; readonly sizeBytes: number }[],
): string | undefined {
  const attached = files.filter(({ path }) => path !== LETTER_FILE);
  const named = new Map(letter.attachments.map(({ name, sizeBytes }) => [ATTACHMENTS + name, sizeBytes]));
  const { kind, permission, granted } = letter;
  const wrong: readonly (readonly [field: string, isWrong: boolean])[] = [
    [
      'attachments',
      named.size !== letter.attachments.length ||
        attached.length !== named.size ||
        attached.some(({ path, sizeBytes }) => named.get(path) !== sizeBytes),
    ],
    ['handling', letter.handling.codes.includes('H3') !== (letter.handling.text.trim() !== '')],
    ['deadline', kind === 'query' && letter.deadline === null],
    ['inReplyTo', kind === 'answer' && letter.inReplyTo === null],
    ['thread', letter.inReplyTo !== null && letter.thread === null],
    ['nothingKnown', letter.nothingKnown && kind !== 'answer'],
    ['permission', permission !== null && kind !== 'query'],
    ['granted', granted !== null && kind !== 'answer'],
    ['conditions', letter.conditions !== undefined && granted !== true],
    [
      'permission',
      permission !== null && permission.codes.includes('PAP') !== (permission.act !== undefined),
    ],
    ['forwarded', letter.forwarded !== null && kind !== 'message'],
    [
      'text',
      letter.text.trim() === '' && !letter.nothingKnown && granted === null && letter.forwarded === null,
    ],
  ];
  return wrong.find(([, isWrong]) => isWrong)?.[0];
}

/** Can a file of this name be attached? One that every system can unpack; see docs/formats/sealed-package.md. */
export function isAttachmentName(name: string): boolean {
  return name.length <= 180 && !name.includes('/') && isSafePath(ATTACHMENTS + name);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function malformed(field: string): IcarusError {
  return new IcarusError('letter/malformed', { field });
}
