import { t } from '#web/messages/messages.ts';
import { Stack } from '#web/parts/columns.tsx';
import { PageHead } from '#web/parts/page-head.tsx';
import { HandOut } from './hand-out.tsx';
import { MessagesTabs } from './messages-tabs.tsx';
import { TakeIn } from './take-in.tsx';

/** Messages on a stick: what came is taken in, and what waits for an agency is handed out. */
export function FilesPage() {
  return (
    <>
      <PageHead title={t('byFile.title')} lead={t('byFile.lead')} />
      <MessagesTabs />
      <Stack>
        <TakeIn />
        <HandOut />
      </Stack>
    </>
  );
}
