/**
 * The request for preservation in words: what an officer of the national unit signs and sends to one
 * operator. Both papers, PDF and DOCX, are set from these blocks, so that they cannot differ. Nothing in it
 * says what the operation is about: an operator needs addresses, ports and times.
 */
import { countryName } from '#core/countries.ts';
import { localSecond } from '#core/time-zones.ts';
import type { PackageFrame } from './frame.ts';
import type { PreservationLine } from './preservation-lines.ts';
import type { PreservationRequest } from './types.ts';
import { counted, handlingWords } from './words.ts';

export interface PaperColumn {
  readonly title: string;
  readonly share: number;
}

export type PaperBlock =
  | { readonly kind: 'title'; readonly text: string; readonly under: string }
  | { readonly kind: 'heading' | 'paragraph'; readonly text: string }
  | { readonly kind: 'facts'; readonly facts: readonly (readonly [name: string, value: string])[] }
  | {
      readonly kind: 'table';
      readonly columns: readonly PaperColumn[];
      readonly rows: readonly (readonly string[])[];
    };

export interface RequestContent {
  readonly frame: PackageFrame;
  readonly request: PreservationRequest;
  /** Its place among the package's requests, from 1. */
  readonly number: number;
  /** The lines that are printed; `request.lines` counts all. */
  readonly lines: readonly PreservationLine[];
  /** SHA-256 of the annex, which holds all. */
  readonly annexSha256: string;
}

/** `ICARUS/PL/1/pl-as64500-lodzka-siec`: what the operator answers under. */
export function requestReference(
  { contents, operation }: PackageFrame,
  { name }: PreservationRequest,
): string {
  return `${operation.codeName}/${contents.country}/${contents.version}/${name}`;
}

export function requestTitle({ request }: Pick<RequestContent, 'request'>): string {
  return `Request for preservation: ${holderWords(request)}`;
}

function holderWords({ operator, asn }: PreservationRequest): string {
  const network = asn === null ? '' : `AS${asn}`;
  if (operator === null) return network || 'operator not known';
  return network === '' ? operator : `${operator} (${network})`;
}

export function requestBlocks(content: RequestContent): PaperBlock[] {
  const withPort = content.lines.filter(({ port }) => port !== null);
  const without = content.lines.filter(({ port }) => port === null);
  return [
    ...opening(content),
    ...legalBasis(content),
    ...whatIsAsked(content),
    ...lineTable(content, withPort, 'Addresses, source ports and times'),
    ...withoutPort(content, without),
    ...annex(content),
    ...references(content),
    ...closing(content),
  ];
}

const TO_FILL = '______________________________';

function opening({ frame, request, number }: RequestContent): PaperBlock[] {
  const { contents, names } = frame;
  const where = request.country === null ? 'country not known' : countryName(request.country);
  return [
    {
      kind: 'title',
      text: 'Request for preservation of stored computer data',
      under: `To ${holderWords(request)}, ${where}`,
    },
    {
      kind: 'facts',
      facts: [
        ['From', names.addressee],
        ['Our reference', requestReference(frame, request)],
        ['Request', `${number} of ${contents.preservation?.length ?? number} of this package`],
        ['Date of sending', TO_FILL],
        ['Reply to', `${names.addressee}: ${TO_FILL}`],
      ],
    },
    ...(request.operator === null
      ? [
          {
            kind: 'paragraph' as const,
            text: 'The operator of these addresses was not known when the package was composed. Find it in the registry before this request is sent.',
          },
        ]
      : []),
  ];
}

function legalBasis({ frame, request }: RequestContent): PaperBlock[] {
  const { country } = frame.contents;
  const abroad = request.country !== null && request.country !== country;
  const text = abroad
    ? `Convention on Cybercrime (Budapest, 23 November 2001, ETS No. 185), Article 29: expedited preservation at the request of another Party. This request goes through the point of contact of ${countryName(request.country ?? '')} that is available 24 hours a day, seven days a week (Article 35). A request for mutual assistance for the disclosure of the data will follow (Article 31).`
    : `Convention on Cybercrime (Budapest, 23 November 2001, ETS No. 185), Article 16: expedited preservation of stored computer data, and the provision of national law that gives effect to it: ${TO_FILL}`;
  return [
    { kind: 'heading', text: 'Legal basis' },
    { kind: 'paragraph', text },
  ];
}

function whatIsAsked({ frame, request }: RequestContent): PaperBlock[] {
  const abroad = request.country !== null && request.country !== frame.contents.country;
  const asked = [
    `Preserve at once and unaltered, for 90 days from receipt${abroad ? ' (at least 60 days, Article 29, paragraph 7)' : ' (Article 16, paragraph 2)'}, what tells which subscriber used each address below at the times given: records of the assignment of the address, records of sessions and of address translation, and the data of the subscriber and the contract. The period may be renewed.`,
    'This asks for preservation, not for disclosure: disclosure will be asked for separately, in the form that the law requires.',
    'Confirm receipt, say what was preserved and until when, and name your own reference. Keep this request confidential (Article 16, paragraph 3) and do not tell the subscriber.',
    'Times are as they were logged, to the second, in Coordinated Universal Time (UTC); a fraction of a second is printed where one was logged. Local times are those of the operator’s country.',
    ...(request.linesBehindNat > 0
      ? [
          `${counted(request.linesBehindNat, 'line')} marked NAT: the address serves many subscribers at once. The source port, the destination and the second are all needed to tell the subscriber; preserve the records of address translation around these instants.`,
        ]
      : []),
  ];
  return [
    { kind: 'heading', text: 'What is asked' },
    ...asked.map((text): PaperBlock => ({ kind: 'paragraph', text })),
  ];
}

function lineTable(
  { request }: RequestContent,
  lines: readonly PreservationLine[],
  heading: string,
): PaperBlock[] {
  if (lines.length === 0) return [];
  return [
    { kind: 'heading', text: heading },
    {
      kind: 'table',
      columns: [
        { title: 'Ref.', share: 0.07 },
        { title: 'Address, source port', share: 0.25 },
        { title: 'Destination', share: 0.19 },
        { title: 'First and last seen (UTC)', share: 0.22 },
        { title: 'The same in local time', share: 0.27 },
      ],
      rows: lines.map((line) => [
        String(line.rank),
        [
          line.port === null ? `${line.address}, no port` : `${line.address}, port ${line.port}`,
          ...(line.transport === null ? [] : [line.transport]),
          ...(line.behindNat ? ['NAT'] : []),
        ].join(' · '),
        destinationWords(line),
        bothEnds(line, secondWords),
        bothEnds(line, (at) => localSecond(at, request.country) ?? 'zone not known'),
      ]),
    },
  ];
}

function destinationWords({ destination, destinationPort }: PreservationLine): string {
  if (destination === null) return 'not logged';
  return destinationPort === null ? destination : `${destination}, port ${destinationPort}`;
}

function bothEnds({ firstSeenAt, lastSeenAt }: PreservationLine, words: (at: Date) => string): string {
  const [first, last] = [words(firstSeenAt), words(lastSeenAt)];
  return firstSeenAt.getTime() === lastSeenAt.getTime() ? first : `${first} – ${last}`;
}

/** `2011-09-19 10:00:05`, with a fraction where there is one. */
function secondWords(at: Date): string {
  const text = at.toISOString();
  const fraction = text.slice(19, 23);
  return `${text.slice(0, 10)} ${text.slice(11, 19)}${fraction === '.000' ? '' : fraction}`;
}

function withoutPort(content: RequestContent, lines: readonly PreservationLine[]): PaperBlock[] {
  if (lines.length === 0) return [];
  const [heading, table] = lineTable(content, lines, 'Lines without a source port');
  return [
    ...(heading ? [heading] : []),
    {
      kind: 'paragraph',
      text: 'No source port was logged for these. Where an address serves one subscriber at a time, address and time are enough; behind address translation they are not. Preserve what they lead to.',
    },
    ...(table ? [table] : []),
  ];
}

function annex({ request, lines, annexSha256 }: RequestContent): PaperBlock[] {
  const more = request.lines - lines.length;
  const printed =
    more > 0 ? `${counted(more, 'further line')} ${more === 1 ? 'stands' : 'stand'} only in the annex. ` : '';
  return [
    { kind: 'heading', text: 'Annex' },
    {
      kind: 'paragraph',
      text: `${printed}The file ${request.name}.csv holds all ${counted(request.lines, 'line')} for reading by machine. SHA-256: ${annexSha256}`,
    },
  ];
}

/** What each reference stands for, for the unit's own files: the operator answers by the number. */
function references({ lines }: RequestContent): PaperBlock[] {
  const targets = new Map(lines.map(({ rank, targetId }) => [rank, targetId]));
  return [
    { kind: 'heading', text: 'References' },
    {
      kind: 'paragraph',
      text: [...targets]
        .sort(([a], [b]) => a - b)
        .map(([rank, targetId]) => `${rank} = ${targetId.replace('target_', '')}`)
        .join('; '),
    },
  ];
}

function closing({ frame }: RequestContent): PaperBlock[] {
  const { contents, names } = frame;
  return [
    { kind: 'heading', text: 'Handling' },
    {
      kind: 'paragraph',
      text: `${handlingWords(contents.handling.codes, contents.handling.text)} ${names.lead} prepared this request to be sent to this operator: that, and the annex, may leave the unit for it, and nothing else of the package.`,
    },
    { kind: 'heading', text: 'Signature' },
    {
      kind: 'facts',
      facts: [
        ['Name and rank', TO_FILL],
        ['Place and date', TO_FILL],
        ['Signature', TO_FILL],
      ],
    },
  ];
}
