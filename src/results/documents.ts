/** The press note of a stored set, in the forms in which it leaves: blocks for a page, DOCX, PDF. */

import type { AgencyId } from '#core/ids.ts';
import { agencyById } from '#operations/store.ts';
import type { Operation } from '#operations/types.ts';
import { loadPdfFonts } from '#platform/pdf.ts';
import type { Db } from '#platform/tables.ts';
import type { FigureSetWithFigures } from './figure-store.ts';
import { pressNote } from './press-note.ts';
import { pressNoteDocx } from './press-note-docx.ts';
import { pressNotePdf } from './press-note-pdf.ts';
import type { PressNote } from './schemas.ts';

export const PRESS_FORMS = {
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  pdf: 'application/pdf',
} as const;
export type PressForm = keyof typeof PRESS_FORMS;

/** The note as blocks, with the names of the agencies as their cards have them. */
export async function pressNoteOf(
  db: Db,
  set: FigureSetWithFigures,
  operation: Operation,
): Promise<PressNote> {
  const nameOf = async (agencyId: AgencyId) => (await agencyById(db, agencyId))?.name ?? agencyId;
  return pressNote(set, {
    codeName: operation.codeName,
    exercise: operation.exercise,
    lead: await nameOf(operation.lead),
    coordinator: await nameOf(operation.coordinator),
  });
}

export async function pressDocument(
  note: PressNote,
  set: FigureSetWithFigures,
  form: PressForm,
): Promise<Buffer> {
  if (form === 'docx') return pressNoteDocx(note);
  return pressNotePdf(note, await loadPdfFonts(), set.release?.releasedAt ?? set.computedAt);
}
