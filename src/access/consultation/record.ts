/**
 * Writing down a reading, before what is read leaves the node. Reading the same thing again within ten
 * minutes adds to the count of one record: a page that refreshes itself does not fill the log.
 */
import { MINUTE_MS } from '#core/clock.ts';
import { type Id, newId } from '#core/ids.ts';
import type { NodeContext } from '#platform/context.ts';
import type { Reason } from './reason.ts';
import type {} from './tables.ts';

export type ConsultationId = Id<'consultation'>;

/** Readings within one such span are one record. */
export const WINDOW_MS = 10 * MINUTE_MS;

/** Longest text of filters that is kept. */
const DETAIL_CHARACTERS = 500;

export interface Reading {
  /** `export`: it leaves as a file. */
  readonly act: 'read' | 'export';
  /** What personal data, in words: "targets", "dossier". */
  readonly data: string;
  /** Whose: a target, a package, or the operation for a list. */
  readonly subject: { readonly kind: string; readonly id: string };
  /** Filters and page of a list. */
  readonly detail?: string;
}

/** Counts the reading under the reason that its officer gave. */
export async function recordReading(
  { db, clock }: Pick<NodeContext, 'db' | 'clock'>,
  reason: Reason,
  reading: Reading,
): Promise<void> {
  const at = clock.now();
  await db
    .insertInto('consultation')
    .values({
      id: newId<ConsultationId>('consultation', at),
      reason_id: reason.reasonId,
      officer_id: reason.officerId,
      operation_id: reason.operationId,
      act: reading.act,
      data: reading.data,
      subject_kind: reading.subject.kind,
      subject_id: reading.subject.id,
      detail: (reading.detail ?? '').slice(0, DETAIL_CHARACTERS),
      window_at: new Date(Math.floor(at.getTime() / WINDOW_MS) * WINDOW_MS),
      first_at: at,
      last_at: at,
      count: 1,
      batch_id: null,
    })
    .onConflict((same) =>
      same
        .columns(['reason_id', 'act', 'data', 'subject_kind', 'subject_id', 'detail', 'window_at'])
        .doUpdateSet((to) => ({
          count: to('consultation.count', '+', 1),
          last_at: to.fn('greatest', ['consultation.last_at', 'excluded.last_at']),
        })),
    )
    .execute();
}
