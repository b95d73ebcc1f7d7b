import type { LogPreviewView } from '#observations/import/schemas.ts';
import { t } from '#web/messages/messages.ts';
import type { DataColumn } from '#web/parts/data-table.tsx';
import { count } from '#web/words/format.ts';
import { MAPPED_FIELDS, type MappedField } from './profile-draft.ts';

type Row = LogPreviewView['rows'][number];

/** Fields that few logs have are shown when they are asked for. */
const SHOWN: readonly MappedField[] = [
  'time',
  'address',
  'port',
  'clientId',
  'software',
  'fileHash',
  'grade',
];

function field(id: MappedField): DataColumn<Row> {
  return {
    id,
    header: t(`profiles.field.${id}`),
    spare: !SHOWN.includes(id),
    wrap: id === 'software',
    cell: ({ values }) => <span className="mono">{values?.[id]}</span>,
  };
}

function why({ refusal }: Row): string {
  if (!refusal) return t('import.accepted');
  if (refusal.column === null) return t('import.refusedLine', { reason: refusal.words });
  return t('import.refusedValue', {
    column: refusal.column,
    value: refusal.value ?? '',
    reason: refusal.words,
  });
}

export const PREVIEW_COLUMNS: readonly DataColumn<Row>[] = [
  { id: 'line', header: t('import.line'), end: true, width: 70, cell: ({ line }) => count(line) },
  { id: 'becomes', header: t('import.becomes'), wrap: true, cell: why },
  ...MAPPED_FIELDS.map(field),
];
