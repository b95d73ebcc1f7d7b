import type { RankingView } from '#observations/targets/schemas.ts';
import { useOperation } from '#web/api/operation.ts';
import { useSession, whyNot } from '#web/api/session.ts';
import { useRankAgain } from '#web/api/target-work.ts';
import { t } from '#web/messages/messages.ts';
import { ActButton } from '#web/parts/act-button.tsx';
import { Facts } from '#web/parts/facts.tsx';
import { Panel } from '#web/parts/panel.tsx';
import { Problem } from '#web/parts/problem.tsx';
import { Time } from '#web/parts/time.tsx';
import { count } from '#web/words/format.ts';
import classes from './ranking-page.module.css';

type Ranked = NonNullable<RankingView['ranked']>;

/** With which weights the list was ranked and when, what changed since, and ranking it again. */
export function RankedPanel({ ranked, inForce }: { ranked: RankingView['ranked']; inForce: string }) {
  const again = useRankAgain();
  const why = whyNot(useSession(), 'targets.build', useOperation()?.operationId);
  return (
    <Panel title={t('ranking.list')}>
      {ranked === null ? (
        <p>{t('ranking.notBuilt')}</p>
      ) : (
        <>
          <Facts
            facts={[
              { name: t('ranking.rankedWith'), value: <span className="mono">{ranked.version}</span> },
              { name: t('ranking.rankedAt'), value: <Time at={ranked.rankedAt} /> },
              { name: t('column.targets'), value: count(ranked.targets) },
            ]}
          />
          <Changed changed={ranked.changed} inForce={inForce} />
          {again.error && <Problem error={again.error} title={t('problem.actTitle')} />}
          {again.data && (
            <p role="status" className={classes.done}>
              {t('ranking.ranked', { version: again.data.version })}
            </p>
          )}
          <ActButton className="no-print" why={why} loading={again.isPending} onClick={() => again.mutate()}>
            {t('ranking.again')}
          </ActButton>
        </>
      )}
    </Panel>
  );
}

function Changed({ changed, inForce }: { changed: Ranked['changed']; inForce: string }) {
  const { weights, rulesAt, preservedAt } = changed;
  if (!weights && rulesAt === null && preservedAt === null)
    return (
      <div className={classes.changed}>
        <p className="soft">{t('ranking.upToDate')}</p>
      </div>
    );
  return (
    <div className={classes.changed} role="status">
      {weights && (
        <p>
          {t('ranking.weightsChanged')} <span className={`mono ${classes.name}`}>{inForce}</span>
        </p>
      )}
      {rulesAt !== null && (
        <p>
          {t('ranking.rulesChanged')} <Time at={rulesAt} />
        </p>
      )}
      {preservedAt !== null && (
        <p>
          {t('ranking.preservedChanged')} <Time at={preservedAt} />
        </p>
      )}
      <p>{t('ranking.doRank')}</p>
    </div>
  );
}
