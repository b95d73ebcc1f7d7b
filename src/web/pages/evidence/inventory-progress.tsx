import type { InventoryRow } from '#evidence/schemas.ts';
import { isUnderWay } from '#web/api/evidence.ts';
import { t } from '#web/messages/messages.ts';
import { useTimeLeft } from '#web/parts/use-time-left.ts';
import { INVENTORY_LOOK } from '#web/state/case-looks.ts';
import { StateMark } from '#web/state/state-mark.tsx';
import { duration } from '#web/words/format.ts';
import classes from './inventory-progress.module.css';

/** How an inventory stands; while it reads, how far it is and how long it takes. */
export function InventoryProgress({ inventory }: { inventory: InventoryRow | null }) {
  const state = inventory?.state ?? 'none';
  return (
    <span className={classes.progress}>
      <StateMark
        look={INVENTORY_LOOK[state]}
        word={t(`inventory.${state}`)}
        title={inventory?.failure ?? undefined}
      />
      {inventory && isUnderWay(inventory) && <Bar inventory={inventory} />}
    </span>
  );
}

function Bar({ inventory: { state, bytesRead, bytesTotal } }: { inventory: InventoryRow }) {
  const left = useTimeLeft(bytesRead, bytesTotal);
  if (state !== 'running' || bytesTotal === null || bytesTotal === 0) return null;
  const part = Math.min(1, bytesRead / bytesTotal);
  return (
    <>
      <progress className={classes.bar} max={1} value={part} aria-label={t('inventory.progress')} />
      <span className="soft">
        {Math.floor(100 * part)}%{left !== undefined && `, ${t('format.left', { duration: duration(left) })}`}
      </span>
    </>
  );
}
