/** First inputs for the documents inside messages: drawn from their schemas, so that a new member is in them too. */
import fc from 'fast-check';
import type { TSchema } from 'typebox';
import { ReportDocument } from '#casework/report-document.ts';
import { AlarmDocument } from '#casework/risk-alarm.ts';
import { LetterDocument } from '#correspondence/document.ts';
import { SelectorsDocument } from '#crossmatch/contribution.ts';
import { ERASURE_CERTIFICATE, ERASURE_REQUEST } from '#exchange/erasure/documents.ts';
import { RECALL } from '#exchange/recall/document.ts';
import { RECEIPTS_FORMAT, ReceiptDocument } from '#exchange/receipt.ts';
import { Entry, StatementDocument } from '#exchange/reconciliation/entry.ts';
import { OperationDocument } from '#operations/types.ts';
import { ContentsDocument, TargetDocument } from '#packages/types.ts';
import {
  ClaimAnswerDocument,
  ClaimDocument,
  ConfirmationDocument,
  EurojustAnswerDocument,
  EurojustDocument,
  PermissionAnswerDocument,
  PermissionDocument,
  SeriesDocument,
} from '#referrals/documents.ts';
import type { Seeds } from './seal-seeds.ts';

const SCHEMAS = {
  recall: RECALL.schema,
  'erasure-request': ERASURE_REQUEST.schema,
  'erasure-certificate': ERASURE_CERTIFICATE.schema,
  'reconciliation-statement': StatementDocument,
  'reconciliation-entry': Entry,
  report: ReportDocument,
  selectors: SelectorsDocument,
  'risk-alarm': AlarmDocument,
  'icse-claim': ClaimDocument,
  'icse-claim-answer': ClaimAnswerDocument,
  'icse-series': SeriesDocument,
  'icse-confirmation': ConfirmationDocument,
  'permission-request': PermissionDocument,
  'permission-answer': PermissionAnswerDocument,
  'eurojust-request': EurojustDocument,
  'eurojust-answer': EurojustAnswerDocument,
  'package-contents': ContentsDocument,
  operation: OperationDocument,
} as const satisfies Record<string, TSchema>;

export function documentSeeds(): Seeds {
  const one = (value: unknown) => `${JSON.stringify(value)}\n`;
  const receipt = { ...(drawn(ReceiptDocument) as object), status: 'acknowledged', code: null };
  delete (receipt as { officer?: string }).officer;
  const { format: _format, ...statement } = receipt as { format?: string };
  const letter = {
    ...(drawn(LetterDocument) as object),
    kind: 'message',
    handling: { codes: ['H1'], text: '' },
    permission: null,
    granted: null,
    inReplyTo: null,
    nothingKnown: false,
    attachments: [],
  };
  return {
    receipt: {
      one: one(receipt),
      several: one({
        format: RECEIPTS_FORMAT,
        statements: [statement, { ...statement, messageId: 'message_two' }],
      }),
    },
    letter: { one: one(letter) },
    'package-targets': { one: `[\n${JSON.stringify(drawn(TargetDocument))}\n]\n` },
    ...Object.fromEntries(
      Object.entries(SCHEMAS).map(([name, schema]) => [name, { one: one(drawn(schema)) }]),
    ),
  };
}

interface JsonSchema {
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly JsonSchema[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly items?: JsonSchema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minimum?: number;
  readonly format?: string;
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
}

/** One value that the schema allows, the same each time: every member, of lists one, of choices the first. */
export function drawn(schema: TSchema | JsonSchema): unknown {
  const { const: constant, enum: choices, anyOf, type, properties, items, ...rules } = schema as JsonSchema;
  if (constant !== undefined) return constant;
  if (choices) return choices[0];
  if (anyOf) return drawn(anyOf[0] as JsonSchema);
  if (type === 'object')
    return Object.fromEntries(
      Object.entries(properties ?? {}).map(([name, member]) => [name, drawn(member)]),
    );
  if (type === 'array')
    return rules.maxItems === 0
      ? []
      : Array.from({ length: Math.max(1, rules.minItems ?? 1) }, () => drawn(items ?? {}));
  if (type === 'integer' || type === 'number') return Math.max(1, rules.minimum ?? 1);
  if (type === 'boolean') return true;
  return type === 'string' ? textFor(rules) : null;
}

const USUAL = [
  'Thursday at nine',
  '2011-09-21T10:00:00.000Z',
  '2011-09-21',
  'dk',
  'MT',
  '192.0.2.1',
  'AbCdEf0123456789',
  'ab'.repeat(64),
  'ab'.repeat(32),
];

function textFor({ format, pattern = '', minLength = 0, maxLength = 1e6 }: JsonSchema): string {
  if (format === 'date') return '2011-09-21';
  if (format === 'date-time') return '2011-09-21T10:00:00.000Z';
  const rule = new RegExp(pattern);
  const fits = (text: string) => rule.test(text) && text.length >= minLength && text.length <= maxLength;
  const usual = USUAL.find(fits);
  if (usual !== undefined) return usual;
  const texts = fc.sample(fc.stringMatching(rule), { seed: 1, numRuns: 200 });
  return texts.find(fits) ?? '';
}
