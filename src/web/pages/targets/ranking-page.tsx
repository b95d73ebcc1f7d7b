import type { RankingView } from '#observations/targets/schemas.ts';
import { useRanking } from '#web/api/target-work.ts';
import { t } from '#web/messages/messages.ts';
import { Columns } from '#web/parts/columns.tsx';
import { Done } from '#web/parts/done.tsx';
import { Loaded } from '#web/parts/loaded.tsx';
import { PageHead } from '#web/parts/page-head.tsx';
import { Panel } from '#web/parts/panel.tsx';
import { RankedPanel } from './ranked-panel.tsx';
import classes from './ranking-page.module.css';
import { TargetsTabs } from './targets-tabs.tsx';
import { WeightsForm } from './weights-form.tsx';
import { WeightsList } from './weights-list.tsx';

type Version = RankingView['profiles'][number];

const nameOf = ({ profile: { name, version } }: Version) => `${name}-${version}`;

/** By which weights targets come first, who set them and why; other weights; ranking the list again. */
export function RankingPage() {
  const ranking = useRanking();
  return (
    <>
      <PageHead title={t('ranking.title')} lead={t('ranking.lead')} />
      <TargetsTabs />
      <Loaded query={ranking}>{(view) => <Shown view={view} />}</Loaded>
    </>
  );
}

function Shown({ view: { profiles, ranked } }: { view: RankingView }) {
  const [current] = profiles;
  if (!current) return null;
  return (
    <Columns
      wide
      side={
        <>
          <RankedPanel ranked={ranked} inForce={nameOf(current)} />
          <Versions versions={profiles} />
        </>
      }
    >
      <Panel title={t('ranking.inForce')} aside={<span className="mono">{nameOf(current)}</span>}>
        <WeightsList profile={current.profile} />
        <p className={classes.first}>{t('ranking.first')}</p>
      </Panel>
      <WeightsForm inForce={current.profile} />
    </Columns>
  );
}

/** Every version, the newest first; each opens to what it says. */
function Versions({ versions }: { versions: readonly Version[] }) {
  return (
    <Panel title={t('ranking.versions')}>
      <ol className={classes.versions}>
        {versions.map((one, n) => (
          <li key={nameOf(one)}>
            <h3>
              <span className="mono">{nameOf(one)}</span>
              {n === 0 && <span className="soft">{t('ranking.stands')}</span>}
            </h3>
            {one.savedAt === null ? (
              <p>{t('ranking.builtIn')}</p>
            ) : (
              <>
                <p>{one.reason}</p>
                <p className="soft">
                  <Done at={one.savedAt} by={one.savedBy ?? ''} />
                </p>
              </>
            )}
            <details>
              <summary>{t('ranking.says')}</summary>
              <WeightsList profile={one.profile} />
            </details>
          </li>
        ))}
      </ol>
    </Panel>
  );
}
