/** Minutes on paper, for an office that works in Word: the records of one meeting, in order. */
import {
  BorderStyle,
  Document,
  Footer,
  Header,
  HeadingLevel,
  Packer,
  PageNumber,
  Paragraph,
  Table,
  TableCell,
  TableRow,
  TextRun,
  WidthType,
} from 'docx';
import type { Decision, Meeting } from './meeting-types.ts';
import { sameTimes } from './minutes-file.ts';
import type { Operation } from './types.ts';

export interface MinutesContent {
  readonly meeting: Meeting;
  readonly operation: Operation;
  /** Of the records, as `minutesDigest` gives it. */
  readonly digest: string;
}

/** Half-points and twentieths of a point are what the format counts in. */
const points = (size: number) => size * 2;
const twips = (size: number) => size * 20;
const NAVY = '1B2A41';
const GREY = '5A6472';
const RED = '9B1C1C';

/** The same records give the same bytes. */
export async function minutesDocx(content: MinutesContent): Promise<Buffer> {
  const { meeting, operation, digest } = content;
  const document = new Document({
    title: `${meeting.title}: minutes`,
    creator: 'Icarus',
    lastModifiedBy: 'Icarus',
    styles: {
      default: { document: { run: { font: 'Arial', size: points(10.5), language: { value: 'en-GB' } } } },
    },
    sections: [
      {
        properties: {
          page: {
            size: { width: 11_906, height: 16_838 },
            margin: { top: 1700, bottom: 1418, left: 1304, right: 1304 },
          },
        },
        headers: { default: new Header({ children: markings(operation) }) },
        footers: { default: footer(meeting, operation, digest) },
        children: [
          ...front(meeting, operation),
          ...attendance(meeting),
          ...agenda(meeting),
          ...decisions(meeting),
          ...approval(meeting, digest),
        ],
      },
    ],
  });
  return sameTimes(await Packer.toBuffer(document), meeting.heldAt ?? meeting.startsAt);
}

function markings({ handling, codeName, exercise }: Operation): Paragraph[] {
  const codes = handlingLine(handling);
  const banner = line('EXERCISE: invented for training, nothing in it is real', { bold: true, color: RED });
  return [
    ...(exercise ? [banner] : []),
    line(`Operation ${codeName} · ${codes}`, { bold: true, color: RED }),
  ];
}

function footer({ meetingId }: Meeting, { handling }: Operation, digest: string): Footer {
  const run = { size: points(8), color: GREY };
  return new Footer({
    children: [
      line(handlingLine(handling), { ...run, bold: true, color: RED }),
      new Paragraph({
        children: [
          new TextRun({ ...run, text: `${meetingId} · records SHA-256 ${digest} · page ` }),
          new TextRun({ ...run, children: [PageNumber.CURRENT, ' of ', PageNumber.TOTAL_PAGES] }),
        ],
      }),
    ],
  });
}

function handlingLine({ codes, text }: Operation['handling']): string {
  if (codes.length === 0) return 'Handling: no code set';
  return `Handling: ${codes.join(', ')}${text === '' ? '' : ` (${text})`}`;
}

function front(meeting: Meeting, operation: Operation): Paragraph[] {
  return [
    new Paragraph({
      heading: HeadingLevel.TITLE,
      spacing: { after: twips(8) },
      children: [new TextRun({ text: meeting.title, bold: true, size: points(18), color: NAVY })],
    }),
    line(`Minutes of the operational meeting of Operation ${operation.codeName}`, { color: GREY }),
    line(`${minute(meeting.startsAt)} to ${minute(meeting.endsAt)} UTC, ${meeting.place}`, { color: GREY }),
  ];
}

function attendance({ agencies }: Meeting): (Paragraph | Table)[] {
  const invited = agencies.filter((agency) => agency.invited).length;
  const present = agencies.filter((agency) => agency.present);
  const people = present.reduce((sum, { attendants }) => sum + attendants.length, 0);
  return [
    heading('Attendance'),
    line(`Agencies invited: ${invited}. Agencies present: ${present.length}. Officers present: ${people}.`),
    table(
      ['Agency', 'Invited', 'Present'],
      agencies.map((agency) => [
        agency.name,
        agency.invited ? 'yes' : 'no',
        agency.present ? agency.attendants.join(', ') : 'no',
      ]),
    ),
  ];
}

function agenda(meeting: Meeting): Paragraph[] {
  return [
    heading('Agenda'),
    ...(meeting.agenda.length === 0
      ? [line('No agenda was recorded.')]
      : meeting.agenda.map((title, index) => line(`${index + 1}. ${title}`))),
  ];
}

function decisions(meeting: Meeting): (Paragraph | Table)[] {
  if (meeting.decisions.length === 0) return [heading('Decisions'), line('No decision was recorded.')];
  const names = new Map(meeting.agencies.map(({ agencyId, name }) => [agencyId, name]));
  return [
    heading('Decisions'),
    table(
      ['No.', 'Decision', 'Responsible', 'Due'],
      meeting.decisions.map((decision) => [
        String(decision.number),
        `${decision.text}${standing(decision, meeting)}`,
        decision.responsible === null ? '–' : (names.get(decision.responsible) ?? decision.responsible),
        decision.dueAt === null ? '–' : `${minute(decision.dueAt)} UTC`,
      ]),
    ),
  ];
}

/** How a decision stands among those of the same meeting. */
function standing(decision: Decision, { decisions: all }: Meeting): string {
  const successor = all.find(({ supersedes }) => supersedes === decision.decisionId);
  const old = all.find(({ decisionId }) => decisionId === decision.supersedes);
  const replaces = old ? `decision ${old.number}` : `decision ${decision.supersedes} of an earlier meeting`;
  return [
    ...(decision.supersedes ? [` (replaces ${replaces})`] : []),
    ...(successor ? [` (replaced by decision ${successor.number})`] : []),
  ].join('');
}

function approval(meeting: Meeting, digest: string): Paragraph[] {
  const words =
    meeting.approvedAt === null
      ? 'Draft: these minutes have not been approved.'
      : `Approved on ${minute(meeting.approvedAt)} UTC by ${meeting.approvedBy}.`;
  return [
    heading('Approval'),
    line(words),
    line(`SHA-256 of the records that these minutes are made from: ${digest}`, {
      size: points(8),
      color: GREY,
    }),
  ];
}

/** `2011-09-21 09:30`, UTC. */
function minute(at: Date): string {
  return at.toISOString().slice(0, 16).replace('T', ' ');
}

interface RunLook {
  readonly bold?: boolean;
  readonly color?: string;
  readonly size?: number;
}

function line(text: string, look: RunLook = {}): Paragraph {
  return new Paragraph({ spacing: { after: twips(4) }, children: [new TextRun({ ...look, text })] });
}

function heading(text: string): Paragraph {
  return new Paragraph({
    heading: HeadingLevel.HEADING_1,
    keepNext: true,
    spacing: { before: twips(14), after: twips(5) },
    children: [new TextRun({ text, bold: true, size: points(12), color: NAVY })],
  });
}

function table(titles: readonly string[], rows: readonly (readonly string[])[]): Table {
  const border = { style: BorderStyle.SINGLE, size: 4, color: 'C3C9D2' };
  const row = (cells: readonly string[], bold: boolean) =>
    new TableRow({
      tableHeader: bold,
      cantSplit: true,
      children: cells.map((text) => new TableCell({ children: [line(text, { bold, size: points(9.5) })] })),
    });
  return new Table({
    width: { size: 100, type: WidthType.PERCENTAGE },
    borders: {
      top: border,
      bottom: border,
      left: border,
      right: border,
      insideHorizontal: border,
      insideVertical: border,
    },
    rows: [row(titles, true), ...rows.map((cells) => row(cells, false))],
  });
}
