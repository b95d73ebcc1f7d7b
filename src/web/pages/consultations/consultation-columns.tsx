import type { ConsultationRow } from '#access/consultation/routes.ts';
import { t } from '#web/messages/messages.ts';
import type { DataColumn } from '#web/parts/data-table.tsx';
import { Time } from '#web/parts/time.tsx';
import { count, shortId } from '#web/words/format.ts';

export const CONSULTATION_COLUMNS: readonly DataColumn<ConsultationRow>[] = [
  { id: 'when', header: t('consultations.when'), cell: ({ lastAt }) => <Time at={lastAt} /> },
  {
    id: 'who',
    header: t('consultations.who'),
    cell: ({ officer, officerId }) => <span title={officerId}>{officer}</span>,
  },
  {
    id: 'what',
    header: t('consultations.what'),
    wrap: true,
    cell: ({ data, act }) => (act === 'export' ? `${data}, ${t('seen.file')}` : data),
  },
  {
    id: 'of',
    header: t('consultations.of'),
    wrap: true,
    cell: ({ subjectKind, subjectId, detail }) =>
      subjectKind === 'operation' ? detail : <span title={subjectId}>{shortId(subjectId)}</span>,
  },
  { id: 'count', header: t('consultations.count'), end: true, cell: (row) => count(row.count) },
  {
    id: 'why',
    header: t('consultations.why'),
    wrap: true,
    cell: ({ reason, emergency }) => (emergency ? t('consultations.emergency', { reason }) : reason),
  },
  { id: 'to', header: t('consultations.to'), wrap: true, cell: ({ recipient }) => recipient },
  {
    id: 'logged',
    header: t('consultations.logged'),
    cell: ({ logged }) => (logged ? t('consultations.yes') : t('consultations.soon')),
  },
];
