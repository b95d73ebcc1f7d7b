import type { Summary } from '#evidence/schemas.ts';
import { useSummary } from '#web/api/evidence.ts';
import { t } from '#web/messages/messages.ts';
import { Empty } from '#web/parts/empty.tsx';
import { Facts } from '#web/parts/facts.tsx';
import { Loaded } from '#web/parts/loaded.tsx';
import { Panel } from '#web/parts/panel.tsx';
import { Size } from '#web/parts/size.tsx';
import { Time } from '#web/parts/time.tsx';
import { VERDICT_LOOK } from '#web/state/case-looks.ts';
import { StateMark } from '#web/state/state-mark.tsx';
import { count, points } from '#web/words/format.ts';
import { FilesLink } from './exhibit-link.tsx';
import { KnownByCategory } from './known-by-category.tsx';
import classes from './summary-panel.module.css';

type Matched = NonNullable<Summary['inventory']>;

const SUMS = { known: 'known', ofInterest: 'of-interest', benign: 'benign', unknown: 'unknown' } as const;

/** What the newest finished inventory amounts to; each number opens the files that it counts. */
export function SummaryPanel({ exhibitId }: { exhibitId: string }) {
  const summary = useSummary(exhibitId);
  return (
    <Panel title={t('summary.title')}>
      <Loaded query={summary}>
        {({ inventory }) =>
          inventory ? (
            <Sums exhibitId={exhibitId} inventory={inventory} />
          ) : (
            <Empty what={t('summary.none')}>{t('summary.noneDo')}</Empty>
          )
        }
      </Loaded>
    </Panel>
  );
}

function Sums({ exhibitId, inventory }: { exhibitId: string; inventory: Matched }) {
  const { totals, inventoryId } = inventory;
  const link = (verdict: keyof typeof VERDICT_LOOK, files: number) => (
    <FilesLink exhibitId={exhibitId} inventoryId={inventoryId} only={{ verdict }}>
      {count(files)}
    </FilesLink>
  );
  return (
    <div className={classes.summary}>
      <table className={classes.sums}>
        <thead>
          <tr>
            <th scope="col">{t('summary.verdict')}</th>
            <th scope="col">{t('column.files')}</th>
            <th scope="col">{t('column.size')}</th>
          </tr>
        </thead>
        <tbody>
          {(Object.keys(SUMS) as (keyof typeof SUMS)[]).map((name) => (
            <tr key={name}>
              <th scope="row">
                <StateMark look={VERDICT_LOOK[SUMS[name]]} word={t(`verdict.${SUMS[name]}`)} />
              </th>
              <td>{link(SUMS[name], totals[name].files)}</td>
              <td>
                <Size bytes={totals[name].bytes} />
              </td>
            </tr>
          ))}
          <tr>
            <th scope="row">
              <StateMark look={VERDICT_LOOK['not-examined']} word={t('verdict.not-examined')} />
            </th>
            <td>{link('not-examined', totals.notExamined)}</td>
            <td />
          </tr>
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">{t('summary.found')}</th>
            <td>
              <FilesLink exhibitId={exhibitId} inventoryId={inventoryId}>
                {count(totals.seen)}
              </FilesLink>
            </td>
            <td>
              <Size bytes={totals.hashed.bytes} />
            </td>
          </tr>
        </tfoot>
      </table>
      <KnownByCategory categories={totals.byCategory} />
      <More exhibitId={exhibitId} inventory={inventory} />
    </div>
  );
}

function More({ exhibitId, inventory }: { exhibitId: string; inventory: Matched }) {
  const { totals, inventoryId, video } = inventory;
  return (
    <Facts
      facts={[
        totals.notExamined > 0 && {
          name: t('summary.whyNot'),
          value: totals.notExaminedByReason.map(({ reason, files }) => (
            <div key={reason}>
              <FilesLink exhibitId={exhibitId} inventoryId={inventoryId} only={{ verdict: 'not-examined' }}>
                {count(files)}
              </FilesLink>{' '}
              {t(`unexamined.${reason}`)}
            </div>
          )),
        },
        totals.benignByOneHash > 0 && {
          name: t('summary.benignByOne'),
          value: t('summary.benignByOneWords', { count: totals.benignByOneHash }),
        },
        { name: t('summary.video'), value: <Video video={video} /> },
        {
          name: t('summary.types'),
          value: totals.byMediaType.map(({ mediaType, files }) => (
            <div key={mediaType ?? ''}>
              {mediaType === null ? (
                count(files)
              ) : (
                <FilesLink exhibitId={exhibitId} inventoryId={inventoryId} only={{ mediaType }}>
                  {count(files)}
                </FilesLink>
              )}{' '}
              {mediaType ?? t('summary.noType')}
            </div>
          )),
        },
        {
          name: t('summary.matched'),
          value: (
            <>
              {t('summary.matchedWith', { count: inventory.lists })}, <Time at={inventory.matchedAt} />
            </>
          ),
        },
      ]}
    />
  );
}

/** Hours of video, and what could not be measured. */
function Video({ video }: { video: Matched['video'] }) {
  if (video.files === 0) return t('video.none');
  return (
    <>
      <div>{t('video.files', { count: video.files })}</div>
      {video.measured > 0 && (
        <div>{t('video.measured', { hours: points(video.hours), count: video.measured })}</div>
      )}
      {video.failed > 0 && <div>{t('video.failed', { count: video.failed })}</div>}
      {video.unmeasured > 0 && <div>{t('video.unmeasured', { count: video.unmeasured })}</div>}
    </>
  );
}
