/**
 * Minutes: what the records say of one meeting, and nothing else. Every number in them is counted from
 * the records. They are approved over their digest; from then on the same records give the same file.
 */
import { createHash } from 'node:crypto';
import { type Actor, actorName, authorize } from '#access/policy.ts';
import { canonicalJson, type Json } from '#core/canonical-json.ts';
import { IcarusError } from '#core/errors.ts';
import { recordEvent } from '#custody/record.ts';
import { inTransaction } from '#platform/context.ts';
import type { Tx } from '#platform/tables.ts';
import { requireOperation } from './create.ts';
import { type ActContext, changeMeeting, type MeetingRef, requireMeeting } from './meeting.ts';
import { markMinutesApproved } from './meeting-store.ts';
import type { Meeting } from './meeting-types.ts';
import { minutesDocx } from './minutes-docx.ts';
import { type Operation, toDocument } from './types.ts';

/**
 * SHA-256, hex, over what the minutes say. Which decision of a later meeting superseded one of these
 * is no part of them: what was approved stays the same.
 */
export function minutesDigest(meeting: Meeting, operation: Operation): string {
  const records: Json = {
    operation: toDocument(operation),
    meeting: meeting.meetingId,
    title: meeting.title,
    place: meeting.place,
    startsAt: meeting.startsAt.toISOString(),
    endsAt: meeting.endsAt.toISOString(),
    agencies: meeting.agencies.map(({ agencyId, name, invited, present, attendants }) => ({
      agencyId,
      name,
      invited,
      present,
      attendants,
    })),
    agenda: meeting.agenda,
    decisions: meeting.decisions.map((decision) => ({
      decisionId: decision.decisionId,
      number: decision.number,
      kind: decision.kind,
      text: decision.text,
      responsible: decision.responsible,
      dueAt: decision.dueAt?.toISOString() ?? null,
      supersedes: decision.supersedes,
      recordedAt: decision.recordedAt.toISOString(),
      recordedBy: decision.recordedBy,
    })),
  };
  return createHash('sha256').update(canonicalJson(records)).digest('hex');
}

/**
 * Approves the minutes as the officer saw them; the meeting cannot be changed after.
 * @param input `digest`: of the minutes that the officer looked at
 * @throws meeting/not-held, meeting/minutes-approved, meeting/other-digest
 */
export async function approveMinutes(
  ctx: ActContext,
  actor: Actor,
  input: MeetingRef & { readonly digest: string },
): Promise<Meeting> {
  return changeMeeting(ctx, actor, {
    meeting: input,
    kind: 'meeting.minutes-approved',
    async change(tx, { state }) {
      if (state !== 'held') throw new IcarusError('meeting/not-held');
      const digest = await standingDigest(tx, input);
      if (digest !== input.digest) throw new IcarusError('meeting/other-digest');
      await markMinutesApproved(tx, input.meetingId, { at: ctx.clock.now(), by: actorName(actor), digest });
      return { digest };
    },
  });
}

async function standingDigest(tx: Tx, meeting: MeetingRef): Promise<string> {
  return minutesDigest(await requireMeeting(tx, meeting), await requireOperation(tx, meeting.operationId));
}

/**
 * The minutes as a .docx file; printing them is recorded with the file's SHA-256.
 * @throws meeting/not-found, meeting/not-held
 */
export async function printMinutes(
  ctx: ActContext,
  actor: Actor,
  ref: MeetingRef,
): Promise<{ bytes: Buffer; fileName: string }> {
  const { operationId, meetingId } = ref;
  authorize(actor, 'meeting.read', { operationId });
  const meeting = await requireMeeting(ctx.db, ref);
  if (meeting.state === 'planned') throw new IcarusError('meeting/not-held');
  const operation = await requireOperation(ctx.db, operationId);
  const bytes = await minutesDocx({ meeting, operation, digest: minutesDigest(meeting, operation) });
  await inTransaction(ctx, (tx) =>
    recordEvent(tx, {
      at: ctx.clock.now(),
      kind: 'meeting.minutes-printed',
      actor: actorName(actor),
      operationId,
      subject: { kind: 'meeting', id: meetingId },
      facts: { sha256: createHash('sha256').update(bytes).digest('hex') },
    }),
  );
  return { bytes, fileName: `minutes-${meetingId}.docx` };
}
