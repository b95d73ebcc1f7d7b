import { useNavigate, useSearch } from '@tanstack/react-router';
import type { HitsPage as Hits } from '#crossmatch/schemas.ts';
import { useHits } from '#web/api/hits.ts';
import { useAgency } from '#web/api/operation.ts';
import { t } from '#web/messages/messages.ts';
import { DataTable } from '#web/parts/data-table.tsx';
import { Empty } from '#web/parts/empty.tsx';
import { Loaded } from '#web/parts/loaded.tsx';
import { PageHead } from '#web/parts/page-head.tsx';
import { Pager } from '#web/parts/pager.tsx';
import { Sheet } from '#web/parts/sheet.tsx';
import { HIT_COLUMNS } from './hit-columns.tsx';
import { HitFilters } from './hit-filters.tsx';
import classes from './hits-page.module.css';
import { HitsTabs } from './hits-tabs.tsx';
import { TooCommon } from './too-common.tsx';

const PAGE_SIZE = 50;

/** Equal selectors on two sides, for an officer to decide on. */
export function HitsPage() {
  const { state, standing, country, selectorType, sort, from = 0 } = useSearch({ from: '/$agency/hits' });
  const hits = useHits({
    state,
    standing,
    country,
    selectorType,
    sort,
    offset: from,
    limit: PAGE_SIZE,
  });
  const filtered = [state, standing, country, selectorType].some((value) => value !== undefined);
  return (
    <>
      <PageHead title={t('nav.hits')} lead={t('hits.lead')} />
      <HitsTabs />
      <Loaded query={hits}>
        {(page) => (
          <div className={classes.page}>
            <Sheet>
              <Rows page={page} from={from} filtered={filtered} />
            </Sheet>
            {page.tooCommon.length > 0 && <TooCommon values={page.tooCommon} />}
          </div>
        )}
      </Loaded>
    </>
  );
}

function Rows({ page, from, filtered }: { page: Hits; from: number; filtered: boolean }) {
  const agency = useAgency();
  const navigate = useNavigate({ from: '/$agency/hits' });
  return (
    <>
      <DataTable
        name="hits"
        label={t('nav.hits')}
        columns={HIT_COLUMNS}
        rows={page.rows}
        rowId={({ hitId }) => hitId}
        onOpen={({ hitId }) => void navigate({ to: '/$agency/hits/$id', params: { agency, id: hitId } })}
        tools={
          <>
            <HitFilters />
            <span className="soft">
              {t('hits.count', { count: page.total })}
              {page.withheld > 0 && `, ${t('hits.withheld', { count: page.withheld })}`}
            </span>
          </>
        }
        empty={
          filtered ? (
            <Empty what={t('hits.noMatch')}>{t('files.emptyDo')}</Empty>
          ) : (
            <Empty what={t('hits.empty')}>{t('hits.emptyDo')}</Empty>
          )
        }
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
