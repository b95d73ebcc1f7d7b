/** What is inside messages of each kind: documents that another agency wrote, read by the room that they are for. */
import type { TSchema } from 'typebox';
import { readReportDocument } from '#casework/check-report.ts';
import { readAlarm } from '#casework/risk-alarm.ts';
import { readLetter } from '#correspondence/document.ts';
import { readSelectorsDocument } from '#crossmatch/contribution.ts';
import { ERASURE_CERTIFICATE, ERASURE_REQUEST } from '#exchange/erasure/documents.ts';
import type { OpenedMessage } from '#exchange/kinds.ts';
import { type DocumentKind, readDocument } from '#exchange/one-document.ts';
import { RECALL } from '#exchange/recall/document.ts';
import { RECEIPT_FILE } from '#exchange/receipt.ts';
import { readEntry, readStatement } from '#exchange/reconciliation/entry.ts';
import { readReceipt } from '#exchange/record-receipts.ts';
import { readContents, readOperationDocument, readTargets } from '#packages/content.ts';
import {
  readClaimAnswer,
  readClaimDocument,
  readConfirmation,
  readEurojustAnswer,
  readEurojustDocument,
  readPermissionAnswer,
  readPermissionDocument,
  readSeriesDocument,
} from '#referrals/documents.ts';
import { textOf } from '#seal/bytes.ts';
import { fileOf, passingFolder } from './passing-folder.ts';
import type { FuzzTarget } from './target.ts';

type Content = Pick<OpenedMessage, 'folder' | 'files'>;

export const DOCUMENT_TARGETS: readonly FuzzTarget[] = [
  {
    name: 'receipt',
    shape: 'json',
    read: (input) =>
      sound(
        readReceipt({
          document: input,
          files: [{ path: RECEIPT_FILE, sizeBytes: input.length }],
        } as unknown as Parameters<typeof readReceipt>[0]),
      ),
  },
  inFile('letter', 'message.json', (content) => readLetter(content as OpenedMessage)),
  oneDocument('recall', RECALL),
  oneDocument('erasure-request', ERASURE_REQUEST),
  oneDocument('erasure-certificate', ERASURE_CERTIFICATE),
  asText('reconciliation-statement', readStatement),
  asText('reconciliation-entry', readEntry),
  asText('report', readReportDocument),
  asText('selectors', readSelectorsDocument),
  inFile('risk-alarm', 'risk-alarm.json', ({ folder, files }) => readAlarm(folder, files)),
  inFile('icse-claim', 'claim.json', readClaimDocument),
  inFile('icse-claim-answer', 'answer.json', readClaimAnswer),
  inFile('icse-series', 'series.json', readSeriesDocument),
  inFile('icse-confirmation', 'confirmation.json', readConfirmation),
  inFile('permission-request', 'permission.json', readPermissionDocument),
  inFile('permission-answer', 'permission-answer.json', readPermissionAnswer),
  inFile('eurojust-request', 'request.json', readEurojustDocument),
  inFile('eurojust-answer', 'eurojust-answer.json', readEurojustAnswer),
  inFile('package-contents', 'contents.json', ({ folder }) => readContents(folder)),
  inFile('operation', 'operation.json', ({ folder }) => readOperationDocument(folder)),
  inFile('package-targets', 'targets.json', ({ folder }) => lastOf(readTargets(folder))),
];

function asText(name: string, read: (text: string) => unknown): FuzzTarget {
  return { name, shape: 'json', read: (input) => sound(read(textOf(input) ?? '')) };
}

function oneDocument<Schema extends TSchema>(name: string, kind: DocumentKind<Schema>): FuzzTarget {
  return inFile(name, kind.file, (content) => readDocument(kind, content));
}

/** Reads to the end, and looks at each on the way. */
async function lastOf(all: AsyncIterable<unknown>): Promise<unknown> {
  let last: unknown;
  for await (const one of all) last = sound(one);
  return last;
}

/** A reader of an unpacked message: the input is one file of it. */
function inFile(name: string, file: string, read: (content: Content) => Promise<unknown>): FuzzTarget {
  return {
    name,
    shape: 'json',
    async read(input) {
      const folder = passingFolder();
      fileOf(file, input);
      const files = [{ path: file, sizeBytes: input.length, sha512: '' }];
      return sound(await read({ folder, files }));
    },
  };
}

/** Members that are stored as times. */
const TIME = /(?:^at|At|Until|until)$/;

/** What was taken must be storable: a time that is none, or a character that PostgreSQL does not keep, fails later. */
function sound(value: unknown, name = ''): Record<string, never> {
  if (typeof value === 'string') {
    if (TIME.test(name) && Number.isNaN(Date.parse(value))) throw new Error(`${name} is no time: ${value}`);
    if (value.includes('\0')) throw new Error(`${name} has a zero character`);
  } else if (typeof value === 'object' && value !== null)
    for (const [member, one] of Object.entries(value)) sound(one, Array.isArray(value) ? name : member);
  return {};
}
