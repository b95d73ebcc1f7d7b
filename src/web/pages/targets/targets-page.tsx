import { Button } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import type { TargetsPage as Targets } from '#observations/schemas.ts';
import { withQuery } from '#web/api/client.ts';
import { useTargets } from '#web/api/observations.ts';
import { useAgency, useOperationPath } from '#web/api/operation.ts';
import { t } from '#web/messages/messages.ts';
import { DataTable } from '#web/parts/data-table.tsx';
import { Empty } from '#web/parts/empty.tsx';
import { Loaded } from '#web/parts/loaded.tsx';
import { PageHead } from '#web/parts/page-head.tsx';
import { Pager } from '#web/parts/pager.tsx';
import { Sheet } from '#web/parts/sheet.tsx';
import { TARGET_COLUMNS } from './target-columns.tsx';
import { TargetFilters } from './target-filters.tsx';
import { columnOfSort, sortOfColumn } from './target-sort.ts';
import { TargetsTabs } from './targets-tabs.tsx';

const PAGE_SIZE = 50;

/** All targets of the operation at the lead, the most urgent first. */
export function TargetsPage() {
  const {
    country,
    find,
    sort,
    mark,
    severity,
    hours,
    files,
    from = 0,
  } = useSearch({ from: '/$agency/targets' });
  const filter = {
    country,
    search: find && find.length >= 2 ? find : undefined,
    mark,
    severity,
    hoursLeft: hours,
    leastFiles: files,
    sort,
  };
  const { path } = useOperationPath();
  const targets = useTargets({
    ...filter,
    offset: from,
    limit: PAGE_SIZE,
  });
  return (
    <>
      <PageHead
        title={t('targets.title')}
        lead={t('targets.lead')}
        actions={
          <Button component="a" variant="default" href={withQuery(path('/target-list'), filter)} download>
            {t('targets.export')}
          </Button>
        }
      />
      <TargetsTabs />
      <Sheet>
        <Loaded query={targets}>{(page) => <Rows page={page} from={from} sort={sort} />}</Loaded>
      </Sheet>
    </>
  );
}

function Rows({ page, from, sort }: { page: Targets; from: number; sort: string | undefined }) {
  const agency = useAgency();
  const navigate = useNavigate({ from: '/$agency/targets' });
  return (
    <>
      <DataTable
        name="targets"
        label={t('targets.list')}
        columns={TARGET_COLUMNS}
        rows={page.rows}
        rowId={({ targetId }) => targetId}
        sort={columnOfSort(sort)}
        sortedByNode
        onSort={(column) =>
          void navigate({
            search: (old) => ({ ...old, from: undefined, sort: sortOfColumn(column, sort) }),
            resetScroll: false,
          })
        }
        onOpen={({ targetId }) =>
          void navigate({ to: '/$agency/targets/$id', params: { agency, id: targetId } })
        }
        tools={
          <>
            <TargetFilters />
            <span className="soft">{t('targets.count', { count: page.total })}</span>
          </>
        }
        empty={<Empty what={t('targets.empty')}>{t('targets.emptyDo')}</Empty>}
      />
      <Pager
        from={from}
        size={PAGE_SIZE}
        total={page.total}
        onChange={(next) => void navigate({ search: (old) => ({ ...old, from: next || undefined }) })}
      />
    </>
  );
}
