import { useState } from 'react';
import type { SavedProfileRow } from '#observations/import/schemas.ts';
import { useProfiles } from '#web/api/imports.ts';
import { t } from '#web/messages/messages.ts';
import { Stack } from '#web/parts/columns.tsx';
import type { DataColumn } from '#web/parts/data-table.tsx';
import { DataTable } from '#web/parts/data-table.tsx';
import { Digest } from '#web/parts/digest.tsx';
import { Done } from '#web/parts/done.tsx';
import { Empty } from '#web/parts/empty.tsx';
import { Loaded } from '#web/parts/loaded.tsx';
import { PageHead } from '#web/parts/page-head.tsx';
import { Panel } from '#web/parts/panel.tsx';
import { Sheet } from '#web/parts/sheet.tsx';
import { count } from '#web/words/format.ts';
import { ObservationsTabs } from './observations-tabs.tsx';

const COLUMNS: readonly DataColumn<SavedProfileRow>[] = [
  { id: 'name', header: t('profiles.name'), wrap: true, cell: ({ profile }) => profile.name },
  { id: 'version', header: t('column.version'), end: true, cell: ({ profile }) => count(profile.version) },
  {
    id: 'saved',
    header: t('profiles.savedAt'),
    cell: ({ savedAt, savedBy }) => <Done at={savedAt} by={savedBy} />,
  },
  { id: 'digest', header: t('column.digest'), cell: ({ digest }) => <Digest value={digest} /> },
];

/** Every version of every mapping profile; none is ever changed. */
export function ProfilesPage() {
  const profiles = useProfiles();
  const [opened, setOpened] = useState<SavedProfileRow>();
  return (
    <>
      <PageHead title={t('profiles.title')} lead={t('profiles.lead')} />
      <ObservationsTabs />
      <Stack>
        <Sheet>
          <Loaded query={profiles}>
            {(data) => (
              <DataTable
                name="import-profiles"
                label={t('profiles.title')}
                columns={COLUMNS}
                rows={data.profiles}
                rowId={({ profile }) => `${profile.name}@${profile.version}`}
                onOpen={setOpened}
                empty={<Empty what={t('profiles.empty')}>{t('profiles.emptyDo')}</Empty>}
              />
            )}
          </Loaded>
        </Sheet>
        {opened && (
          <Panel title={`${opened.profile.name} ${opened.profile.version}`}>
            <pre className="mono">{JSON.stringify(opened.profile, null, 2)}</pre>
          </Panel>
        )}
      </Stack>
    </>
  );
}
