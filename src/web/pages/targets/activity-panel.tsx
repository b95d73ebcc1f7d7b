import { useTargetActivity } from '#web/api/observations.ts';
import { t } from '#web/messages/messages.ts';
import { Loaded } from '#web/parts/loaded.tsx';
import { Panel } from '#web/parts/panel.tsx';
import { count, localDate } from '#web/words/format.ts';
import { ActivityChart } from './activity-chart.tsx';
import classes from './activity-panel.module.css';
import { type FoldedActivity, foldActivity } from './fold-activity.ts';

/** When the target was seen, by evidence and by what others stated: drawn, and the same as a table. */
export function ActivityPanel({ targetId }: { targetId: string }) {
  const activity = useTargetActivity(targetId);
  return (
    <Panel title={t('life.activity')}>
      <Loaded query={activity}>
        {({ days }) => {
          const folded = foldActivity(days);
          if (!folded) return <p>{t('life.noActivity')}</p>;
          return (
            <>
              <ActivityChart activity={folded} />
              <details className={classes.table}>
                <summary>{t('life.asTable')}</summary>
                <ActivityTable activity={folded} />
              </details>
            </>
          );
        }}
      </Loaded>
    </Panel>
  );
}

function ActivityTable({ activity: { unit, bars } }: { activity: FoldedActivity }) {
  return (
    // A region that scrolls must be reached from the keyboard.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div className={classes.scroll} tabIndex={0} role="region" aria-label={t('life.activity')}>
      <table aria-label={t('life.activity')}>
        <thead>
          <tr>
            <th scope="col">{t(`life.${unit}`)}</th>
            <th scope="col">{t('life.direct')}</th>
            <th scope="col">{t('life.hearsay')}</th>
          </tr>
        </thead>
        <tbody>
          {bars.map(({ from, direct, hearsay }) => (
            <tr key={from}>
              <th scope="row">{localDate(from, true)}</th>
              <td>{count(direct)}</td>
              <td>{count(hearsay)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
