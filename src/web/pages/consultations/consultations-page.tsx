import { Button, NativeSelect, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useState } from 'react';
import { type ConsultationSearch, useConsultations, useConsultationsFile } from '#web/api/consultations.ts';
import { t } from '#web/messages/messages.ts';
import { DataTable } from '#web/parts/data-table.tsx';
import { Empty } from '#web/parts/empty.tsx';
import { Loaded } from '#web/parts/loaded.tsx';
import { PageHead } from '#web/parts/page-head.tsx';
import { Sheet } from '#web/parts/sheet.tsx';
import { CONSULTATION_COLUMNS } from './consultation-columns.tsx';
import { LogTabs } from './log-tabs.tsx';

const WAIT_MS = 300;

/** For auditors: who read which personal data of the operation, when, why and to whom. */
export function ConsultationsPage() {
  const [search, setSearch] = useState<ConsultationSearch>({});
  // Each search is a reading that is recorded: one a word, not one a letter.
  const [asked] = useDebouncedValue(search, WAIT_MS);
  const found = useConsultations(asked);
  const file = useConsultationsFile(asked);
  return (
    <>
      <PageHead
        title={t('consultations.title')}
        lead={t('consultations.lead')}
        actions={
          <Button component="a" href={file} variant="default">
            {t('consultations.save')}
          </Button>
        }
      />
      <LogTabs />
      <Sheet>
        <Loaded query={found}>
          {({ pages }) => (
            <DataTable
              name="consultations"
              label={t('consultations.list')}
              columns={CONSULTATION_COLUMNS}
              rows={pages.flatMap(({ consultations }) => consultations)}
              rowId={({ consultationId }) => consultationId}
              tools={<Filters search={search} onChange={setSearch} />}
              empty={<Empty what={t('consultations.empty')}>{t('consultations.emptyDo')}</Empty>}
            />
          )}
        </Loaded>
        {found.hasNextPage && (
          <Button variant="default" loading={found.isFetching} onClick={() => void found.fetchNextPage()}>
            {t('consultations.more')}
          </Button>
        )}
      </Sheet>
    </>
  );
}

interface FiltersProps {
  readonly search: ConsultationSearch;
  readonly onChange: (search: ConsultationSearch) => void;
}

function Filters({ search, onChange }: FiltersProps) {
  const set = (change: Partial<ConsultationSearch>) => onChange({ ...search, ...change });
  return (
    <>
      <TextInput
        label={t('consultations.search')}
        maxLength={200}
        value={search.text ?? ''}
        onChange={({ currentTarget }) => set({ text: currentTarget.value || undefined })}
      />
      <NativeSelect
        label={t('consultations.act')}
        value={search.act ?? ''}
        onChange={({ currentTarget: { value } }) =>
          set({ act: value === 'read' || value === 'export' ? value : undefined })
        }
        data={[
          { value: '', label: t('consultations.any') },
          { value: 'read', label: t('consultations.read') },
          { value: 'export', label: t('consultations.export') },
        ]}
      />
      <TextInput
        type="date"
        label={t('consultations.from')}
        value={search.from ?? ''}
        onChange={({ currentTarget }) => set({ from: currentTarget.value || undefined })}
      />
      <TextInput
        type="date"
        label={t('consultations.until')}
        value={search.until ?? ''}
        onChange={({ currentTarget }) => set({ until: currentTarget.value || undefined })}
      />
    </>
  );
}
