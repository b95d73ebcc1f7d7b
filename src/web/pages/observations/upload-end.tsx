import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { UploadRow } from '#observations/import/schemas.ts';
import { useRefusedPath } from '#web/api/imports.ts';
import { useImports } from '#web/api/observations.ts';
import { useAgency } from '#web/api/operation.ts';
import { t } from '#web/messages/messages.ts';
import { Panel } from '#web/parts/panel.tsx';
import { Receipt } from '#web/parts/receipt.tsx';
import { count } from '#web/words/format.ts';

/** What became of an upload: its import with its counts, or why there is none. */
export function UploadEnd({ upload }: { upload: UploadRow }) {
  if (upload.state === 'failed')
    return (
      <Panel title={t('import.failed')}>
        <p role="alert">{upload.failure}</p>
        <p className="soft mono">{upload.failureCode}</p>
      </Panel>
    );
  if (upload.state !== 'imported' || upload.importId === null) return null;
  return <Imported importId={upload.importId} already={upload.alreadyImported} />;
}

function Imported({ importId, already }: { importId: string; already: boolean }) {
  const agency = useAgency();
  const refused = useRefusedPath();
  const row = useImports().data?.imports.find((one) => one.importId === importId);
  return (
    <Receipt
      title={t(already ? 'import.already' : 'import.done', { count: row?.accepted ?? 0 })}
      {...(row && {
        words: t('import.counts', {
          read: count(row.read),
          accepted: count(row.accepted),
          duplicate: count(row.duplicate),
          refused: count(row.refused),
        }),
      })}
    >
      <Link to="/$agency/observations" params={{ agency }}>
        {t('observations.imports')}
      </Link>
      {row && row.refused > 0 && (
        <Button component="a" variant="default" href={refused(importId)} download>
          {t('import.refusedFile')}
        </Button>
      )}
    </Receipt>
  );
}
