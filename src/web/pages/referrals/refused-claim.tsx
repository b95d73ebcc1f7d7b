import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { OverlapsPage, SeriesView } from '#referrals/schemas.ts';
import { useAgency, useOperation } from '#web/api/operation.ts';
import { useOverlaps, useSeriesAct } from '#web/api/referrals.ts';
import { useSession, whyNot } from '#web/api/session.ts';
import { t } from '#web/messages/messages.ts';
import { ActForm } from '#web/parts/act-form.tsx';
import { Agency } from '#web/parts/agency.tsx';
import { type DataColumn, DataTable } from '#web/parts/data-table.tsx';
import { Digest } from '#web/parts/digest.tsx';
import { Empty } from '#web/parts/empty.tsx';
import { Loaded } from '#web/parts/loaded.tsx';
import { Pager } from '#web/parts/pager.tsx';
import { Sheet } from '#web/parts/sheet.tsx';
import { Time } from '#web/parts/time.tsx';
import { StateMark } from '#web/state/state-mark.tsx';
import { count } from '#web/words/format.ts';

const PAGE_SIZE = 10;

const COLUMNS: readonly DataColumn<OverlapsPage['overlaps'][number]>[] = [
  { id: 'sha1', header: 'SHA-1', cell: ({ sha1 }) => <Digest value={sha1} /> },
  { id: 'by', header: t('icse.referredBy'), cell: ({ heldBy }) => <Agency id={heldBy} /> },
  {
    id: 'owner',
    header: t('icse.onBehalfOf'),
    cell: ({ onBehalfOf }) => onBehalfOf !== null && <Agency id={onBehalfOf} />,
  },
  { id: 'since', header: t('icse.since'), cell: ({ heldSince }) => <Time at={heldSince} /> },
];

/** Refused because others referred some of the files: by whom, which, and what can still go. */
export function RefusedClaim({ series }: { series: SeriesView }) {
  const [from, setFrom] = useState(0);
  const overlaps = useOverlaps(series.seriesId, from, PAGE_SIZE);
  const remainder = useSeriesAct(series.seriesId, 'remainder');
  const agency = useAgency();
  const navigate = useNavigate();
  const left = series.itemCount - series.overlapCount;
  const why =
    whyNot(useSession(), 'referrals.prepare', useOperation()?.operationId) ??
    (left === 0 ? t('icse.nothingLeft') : undefined);
  return (
    <>
      <ActForm
        title={t('icse.refused')}
        words={
          <>
            <StateMark
              look={{ shape: 'cross', tone: 'bad' }}
              word={t('icse.refusedWords', {
                overlap: count(series.overlapCount),
                items: count(series.itemCount),
              })}
            />
            {series.heldBy && (
              <p>
                {t('icse.referredBy')}: <Agency id={series.heldBy.heldBy} />
                {series.heldBy.onBehalfOf !== null && (
                  <>
                    , {t('icse.onBehalfOf').toLocaleLowerCase()} <Agency id={series.heldBy.onBehalfOf} />
                  </>
                )}
                , <Time at={series.heldBy.heldSince} />
              </p>
            )}
            <p>{t('icse.onceOnly')}</p>
          </>
        }
        act={left === 0 ? t('icse.remainderNone') : t('icse.remainder', { count: left })}
        why={why}
        pending={remainder.isPending}
        error={remainder.error}
        onAct={() =>
          remainder.mutate(undefined, {
            onSuccess: ({ seriesId }) =>
              void navigate({ to: '/$agency/referrals/icse/$id', params: { agency, id: seriesId } }),
          })
        }
      />
      <Sheet>
        <Loaded query={overlaps}>
          {(page) => (
            <>
              <DataTable
                name="icse-overlaps"
                label={t('icse.overlaps')}
                heading={t('icse.overlaps')}
                columns={COLUMNS}
                rows={page.overlaps}
                rowId={({ sha1 }) => sha1}
                empty={<Empty what={t('list.empty')} />}
              />
              <Pager from={from} size={PAGE_SIZE} total={page.total} onChange={setFrom} />
            </>
          )}
        </Loaded>
      </Sheet>
    </>
  );
}
