import type { LogPreviewView } from '#observations/import/schemas.ts';
import { t } from '#web/messages/messages.ts';
import type { DataColumn } from '#web/parts/data-table.tsx';
import { count, shortDigest, utcTime } from '#web/words/format.ts';
import { MAPPED_FIELDS, type MappedField } from './profile-draft.ts';

type Row = LogPreviewView['rows'][number];

/** Fields that few logs have are shown when they are asked for. */
const SHOWN: readonly MappedField[] = ['time', 'address', 'port', 'clientId', 'fileHash', 'grade'];

/** Long values by their beginning; the whole stands in the hover text. */
function shown(id: MappedField, value: string): string {
  if (id === 'time') return utcTime(value);
  return id === 'clientId' || id === 'fileHash' ? shortDigest(value) : value;
}

function field(id: MappedField): DataColumn<Row> {
  return {
    id,
    header: t(`profiles.field.${id}`),
    spare: !SHOWN.includes(id),
    wrap: id === 'software',
    cell: ({ values }) => {
      const value = values?.[id] ?? null;
      return value !== null && <span title={value}>{shown(id, value)}</span>;
    },
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
  { id: 'becomes', header: t('import.becomes'), wrap: true, width: 280, cell: why },
  ...MAPPED_FIELDS.map(field),
];
