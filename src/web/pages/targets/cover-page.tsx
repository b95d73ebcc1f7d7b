import { Loader } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import type { CoverView } from '#observations/targets/schemas.ts';
import { useAgency } from '#web/api/operation.ts';
import { useCover } from '#web/api/target-work.ts';
import { t } from '#web/messages/messages.ts';
import { DataTable } from '#web/parts/data-table.tsx';
import { Empty } from '#web/parts/empty.tsx';
import { Loaded } from '#web/parts/loaded.tsx';
import { PageHead } from '#web/parts/page-head.tsx';
import { Sheet } from '#web/parts/sheet.tsx';
import { Time } from '#web/parts/time.tsx';
import { percent } from '#web/words/format.ts';
import { COVER_USUAL } from '#web/words/targets.ts';
import { coverColumns } from './cover-columns.tsx';
import { CoverFilters } from './cover-filters.tsx';
import classes from './cover-page.module.css';
import { TargetsTabs } from './targets-tabs.tsx';

/** If only so many can be worked: those that together account for most of the files, in the order to take them. */
export function CoverPage() {
  const { country, most = COVER_USUAL, hearsay, expired } = useSearch({ from: '/$agency/targets/cover' });
  const cover = useCover({ country, most, hearsay: hearsay ?? false, expired: expired ?? false });
  return (
    <>
      <PageHead title={t('cover.title')} lead={t('cover.lead')} />
      <TargetsTabs />
      <Sheet>
        <div className={classes.said}>
          <CoverFilters />
          {cover.data?.cover && <Said cover={cover.data.cover} />}
        </div>
        <Loaded query={cover}>
          {({ cover: computed }) => (computed ? <Rows cover={computed} /> : <Computing />)}
        </Loaded>
      </Sheet>
    </>
  );
}

function Computing() {
  return (
    <div className={classes.work} role="status">
      <Loader size="sm" aria-hidden="true" />
      <span>{t('cover.computing')}</span>
    </div>
  );
}

/** What the choice comes to, how old it is, and whether a better one may have been missed. */
function Said({ cover }: { cover: CoverView }) {
  const { rows, candidates, files, exact, ranking, computedAt } = cover;
  return (
    <>
      {rows.length > 0 && (
        <p>
          {t('cover.together', {
            chosen: rows.length,
            candidates,
            share: percent(rows.at(-1)?.share ?? 0),
            files,
          })}
        </p>
      )}
      {!exact && (
        <p role="status" className={classes.notExact}>
          {t('cover.notExact')}
        </p>
      )}
      <p className="soft">
        {t('cover.weighed', { ranking })} · {t('cover.computed')} <Time at={computedAt} />
      </p>
    </>
  );
}

function Rows({ cover }: { cover: CoverView }) {
  const agency = useAgency();
  const navigate = useNavigate({ from: '/$agency/targets/cover' });
  const rows = cover.rows.map((row, n) => ({ ...row, order: n + 1 }));
  return (
    <DataTable
      name="cover"
      label={t('cover.list')}
      heading={t('cover.list')}
      columns={coverColumns(rows, cover.asked.country)}
      rows={rows}
      rowId={({ targetId }) => targetId}
      onOpen={({ targetId }) =>
        void navigate({ to: '/$agency/targets/$id', params: { agency, id: targetId }, search: {} })
      }
      empty={<Empty what={t('cover.none')}>{t('cover.noneDo')}</Empty>}
    />
  );
}
