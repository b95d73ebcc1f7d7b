import type { TrailStage } from '#web/api/trail.ts';
import { t } from '#web/messages/messages.ts';
import { ChainItem } from './chain-item.tsx';
import classes from './chain-page.module.css';

/** One stage of the chain: its things, how many there are, or why they are not shown. */
export function ChainStage({ stage, number }: { stage: TrailStage; number: number }) {
  const { relation, items } = stage;
  const reason = emptyWords(stage);
  const title = t(`trail.stage.${stage.stage}`);
  return (
    <li className={classes.stage} data-relation={relation} data-empty={reason !== null || undefined}>
      <header className={classes.head}>
        <span className={classes.number}>{number}</span>
        <h2>{title}</h2>
        {relation === 'asked' && <span className={classes.asked}>{t('trail.asked')}</span>}
        <span className="soft">{countWords(stage)}</span>
        {reason && <span className="soft">{reason}</span>}
      </header>
      {items.length > 0 && (
        <table className={classes.items} aria-label={title}>
          {items.some(({ events }) => events.length > 0) && <Head />}
          {items.map((item) => (
            <ChainItem key={`${item.kind} ${item.id}`} item={item} />
          ))}
        </table>
      )}
    </li>
  );
}

function Head() {
  return (
    <thead>
      <tr>
        <th>{t('column.number')}</th>
        <th>{t('column.time')}</th>
        <th>{t('trail.column.what')}</th>
        <th>{t('column.actor')}</th>
        <th>{t('trail.column.leaf')}</th>
        <th>{t('trail.column.state')}</th>
      </tr>
    </thead>
  );
}

function emptyWords({ withheld, total, items }: TrailStage): string | null {
  if (withheld !== null)
    return t('trail.withheld', { roles: withheld.map((role) => t(`role.${role}`)).join(', ') });
  if (total === 0) return t('trail.none');
  return items.length === 0 ? t('trail.summed') : null;
}

function countWords({ withheld, total, items }: TrailStage): string | null {
  if (withheld !== null || total === 0) return null;
  if (items.length > 0 && items.length < total)
    return t('trail.shown', { shown: items.length, count: total });
  return total > 1 ? t('trail.counted', { count: total }) : null;
}
