import type { ListPreview } from '#evidence/schemas.ts';
import { t } from '#web/messages/messages.ts';
import { Digest } from '#web/parts/digest.tsx';
import { Facts } from '#web/parts/facts.tsx';
import { Panel } from '#web/parts/panel.tsx';
import { Size } from '#web/parts/size.tsx';
import { count } from '#web/words/format.ts';
import { skipWords } from './skip-words.ts';

const POSITIONS = 20;

/** What is in the file, before anything is imported. */
export function ListPreviewPanel({ preview }: { preview: ListPreview }) {
  const { hashes, skippedByReason, skipped } = preview;
  return (
    <Panel title={t('preview.title')}>
      <Facts
        facts={[
          { name: t('hashlist.format'), value: t(`hashlist.format.${preview.format}`) },
          { name: t('column.size'), value: <Size bytes={preview.fileBytes} /> },
          { name: t('hashlist.read'), value: count(preview.rowsRead) },
          { name: t('preview.taken'), value: <strong>{count(preview.rowsTaken)}</strong> },
          {
            name: t('preview.hashes'),
            value: `MD5 ${count(hashes.md5)}, SHA-1 ${count(hashes.sha1)}, SHA-256 ${count(hashes.sha256)}`,
          },
          preview.rowsOfOneHash > 0 && {
            name: t('preview.oneHash'),
            value: t('preview.oneHashWords', { count: preview.rowsOfOneHash }),
          },
          { name: t('hashlist.skipped'), value: count(preview.rowsSkipped) },
          ...skippedByReason.map(({ reason, rows }) => ({
            name: skipWords(reason),
            value: (
              <>
                {count(rows)}
                <span className="soft">
                  {' '}
                  {t('preview.at', {
                    positions: skipped
                      .filter((one) => one.reason === reason)
                      .slice(0, POSITIONS)
                      .map(({ position }) => count(position))
                      .join(', '),
                  })}
                </span>
              </>
            ),
          })),
          preview.importedAs !== null && {
            name: t('preview.importedAs'),
            value: <span className="mono">{preview.importedAs}</span>,
          },
          { name: 'SHA-256', value: <Digest value={preview.fileSha256} whole /> },
        ]}
      />
    </Panel>
  );
}
