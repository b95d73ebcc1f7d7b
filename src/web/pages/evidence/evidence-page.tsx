import { NativeSelect } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import type { ExhibitListRow } from '#evidence/schemas.ts';
import { useExhibits } from '#web/api/evidence.ts';
import { useAgency, useOperation } from '#web/api/operation.ts';
import { useSession, whyNot } from '#web/api/session.ts';
import { t } from '#web/messages/messages.ts';
import { ActButton } from '#web/parts/act-button.tsx';
import { DataTable } from '#web/parts/data-table.tsx';
import { Empty } from '#web/parts/empty.tsx';
import { Loaded } from '#web/parts/loaded.tsx';
import { PageHead } from '#web/parts/page-head.tsx';
import { Sheet } from '#web/parts/sheet.tsx';
import { INVENTORY_LOOK } from '#web/state/case-looks.ts';
import { EvidenceTabs } from './evidence-tabs.tsx';
import { EXHIBIT_COLUMNS } from './exhibit-columns.tsx';

type Standing = keyof typeof INVENTORY_LOOK;
const STATES = Object.keys(INVENTORY_LOOK) as Standing[];

/** The exhibits of this agency's cases, and how far the examination of each is. */
export function EvidencePage() {
  const exhibits = useExhibits();
  const agency = useAgency();
  const navigate = useNavigate();
  const why = whyNot(useSession(), 'evidence.register', useOperation()?.operationId);
  return (
    <>
      <PageHead
        title={t('nav.evidence')}
        lead={t('evidence.lead')}
        actions={
          <ActButton
            why={why}
            onClick={() => void navigate({ to: '/$agency/evidence/register', params: { agency } })}
          >
            {t('evidence.register')}
          </ActButton>
        }
      />
      <EvidenceTabs />
      <Sheet>
        <Loaded query={exhibits}>{(rows) => <Rows rows={rows} />}</Loaded>
      </Sheet>
    </>
  );
}

function Rows({ rows }: { rows: readonly ExhibitListRow[] }) {
  const { sort = 'reference', state } = useSearch({ from: '/$agency/evidence' });
  const agency = useAgency();
  const navigate = useNavigate({ from: '/$agency/evidence' });
  const shown = rows.filter(({ inventory }) => !state || (inventory?.state ?? 'none') === state);
  return (
    <DataTable
      name="exhibits"
      label={t('evidence.exhibits')}
      columns={EXHIBIT_COLUMNS}
      rows={shown}
      rowId={({ exhibitId }) => exhibitId}
      sort={sort}
      onSort={(next) =>
        void navigate({ search: (old) => ({ ...old, sort: next }), replace: true, resetScroll: false })
      }
      onOpen={({ exhibitId }) =>
        void navigate({ to: '/$agency/evidence/$id', params: { agency, id: exhibitId } })
      }
      tools={
        <>
          <NativeSelect
            size="xs"
            aria-label={t('inventory.state')}
            value={state ?? ''}
            onChange={(event) =>
              void navigate({
                search: (old) => ({ ...old, state: event.currentTarget.value || undefined }),
                replace: true,
                resetScroll: false,
              })
            }
            data={[
              { value: '', label: t('inventory.anyState') },
              ...STATES.map((value) => ({ value, label: t(`inventory.${value}`) })),
            ]}
          />
          <span className="soft">{t('evidence.count', { count: shown.length })}</span>
        </>
      }
      empty={
        rows.length > 0 ? (
          <Empty what={t('evidence.noMatch')} />
        ) : (
          <Empty what={t('evidence.empty')}>{t('evidence.emptyDo')}</Empty>
        )
      }
    />
  );
}
