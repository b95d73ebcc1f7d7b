/** Minutes on paper, for an office that works in Word: the records of one meeting, in order. */
import {
  type DocxBlock,
  type DocxParagraph,
  docxBytes,
  GREY,
  heading,
  line,
  RED,
  table,
  title,
} from '#platform/docx.ts';
import type { Decision, Meeting } from './meeting-types.ts';
import type { Operation } from './types.ts';

export interface MinutesContent {
  readonly meeting: Meeting;
  readonly operation: Operation;
  /** Of the records, as `minutesDigest` gives it. */
  readonly digest: string;
}

/** The same records give the same bytes. */
export async function minutesDocx(content: MinutesContent): Promise<Buffer> {
  const { meeting, operation, digest } = content;
  return docxBytes({
    title: `${meeting.title}: minutes`,
    head: markings(operation),
    foot: {
      marking: handlingLine(operation.handling),
      reference: `${meeting.meetingId} · records SHA-256 ${digest}`,
    },
    blocks: [
      ...front(meeting, operation),
      ...attendance(meeting),
      ...agenda(meeting),
      ...decisions(meeting),
      ...approval(meeting, digest),
    ],
    at: meeting.heldAt ?? meeting.startsAt,
  });
}

function markings({ handling, codeName, exercise }: Operation): DocxParagraph[] {
  const codes = handlingLine(handling);
  const banner = line('EXERCISE: invented for training, nothing in it is real', { bold: true, color: RED });
  return [
    ...(exercise ? [banner] : []),
    line(`Operation ${codeName} · ${codes}`, { bold: true, color: RED }),
  ];
}

function handlingLine({ codes, text }: Operation['handling']): string {
  if (codes.length === 0) return 'Handling: no code set';
  return `Handling: ${codes.join(', ')}${text === '' ? '' : ` (${text})`}`;
}

function front(meeting: Meeting, operation: Operation): DocxParagraph[] {
  return [
    title(meeting.title),
    line(`Minutes of the operational meeting of Operation ${operation.codeName}`, { color: GREY }),
    line(`${minute(meeting.startsAt)} to ${minute(meeting.endsAt)} UTC, ${meeting.place}`, { color: GREY }),
  ];
}

function attendance({ agencies }: Meeting): DocxBlock[] {
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

function agenda(meeting: Meeting): DocxParagraph[] {
  return [
    heading('Agenda'),
    ...(meeting.agenda.length === 0
      ? [line('No agenda was recorded.')]
      : meeting.agenda.map((title, index) => line(`${index + 1}. ${title}`))),
  ];
}

function decisions(meeting: Meeting): DocxBlock[] {
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

function approval(meeting: Meeting, digest: string): DocxParagraph[] {
  const words =
    meeting.approvedAt === null
      ? 'Draft: these minutes have not been approved.'
      : `Approved on ${minute(meeting.approvedAt)} UTC by ${meeting.approvedBy}.`;
  return [
    heading('Approval'),
    line(words),
    line(`SHA-256 of the records that these minutes are made from: ${digest}`, {
      size: 8,
      color: GREY,
    }),
  ];
}

/** `2011-09-21 09:30`, UTC. */
function minute(at: Date): string {
  return at.toISOString().slice(0, 16).replace('T', ' ');
}
