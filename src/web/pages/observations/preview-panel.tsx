import type { LogPreviewView } from '#observations/import/schemas.ts';
import { t } from '#web/messages/messages.ts';
import { DataTable } from '#web/parts/data-table.tsx';
import { Empty } from '#web/parts/empty.tsx';
import { Panel } from '#web/parts/panel.tsx';
import { count } from '#web/words/format.ts';
import { PREVIEW_COLUMNS } from './preview-columns.tsx';

/** What the first rows of a log become, or why they are refused. Nothing is imported yet. */
export function PreviewPanel({ preview }: { preview: LogPreviewView }) {
  const { rows, accepted, refused, more } = preview;
  return (
    <Panel
      title={t('import.preview')}
      aside={
        <span className="soft">
          {t('import.previewCounts', { accepted: count(accepted), refused: count(refused) })}
          {more && ` ${t('import.previewMore')}`}
        </span>
      }
      flush
    >
      <DataTable
        name="log-preview"
        label={t('import.preview')}
        columns={PREVIEW_COLUMNS}
        rows={rows}
        rowId={({ line }) => String(line)}
        empty={<Empty what={t('import.previewEmpty')} />}
      />
    </Panel>
  );
}
