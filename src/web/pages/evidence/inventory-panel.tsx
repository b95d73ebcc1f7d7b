import type { InventoryRow } from '#evidence/schemas.ts';
import { isUnderWay, useInventoryAct } from '#web/api/evidence.ts';
import { useOperation } from '#web/api/operation.ts';
import { useSession, whyNot } from '#web/api/session.ts';
import { t } from '#web/messages/messages.ts';
import { ActButton } from '#web/parts/act-button.tsx';
import { Done } from '#web/parts/done.tsx';
import { Facts } from '#web/parts/facts.tsx';
import { Panel } from '#web/parts/panel.tsx';
import { Problem } from '#web/parts/problem.tsx';
import { Size } from '#web/parts/size.tsx';
import { Time } from '#web/parts/time.tsx';
import { count } from '#web/words/format.ts';
import { FilesLink } from './exhibit-link.tsx';
import classes from './inventory-panel.module.css';
import { InventoryProgress } from './inventory-progress.tsx';
import { StartInventory } from './start-inventory.tsx';

interface Props {
  readonly exhibitId: string;
  /** Newest first. */
  readonly inventories: readonly InventoryRow[];
}

/** The newest inventory and its progress, or the form that starts the first. It goes on when the page is closed. */
export function InventoryPanel({ exhibitId, inventories }: Props) {
  const [newest] = inventories;
  return newest ? (
    <Standing exhibitId={exhibitId} inventory={newest} />
  ) : (
    <StartInventory exhibitId={exhibitId} again={false} />
  );
}

function Standing({ exhibitId, inventory }: { exhibitId: string; inventory: InventoryRow }) {
  const files = (value: number) => (
    <FilesLink exhibitId={exhibitId} inventoryId={inventory.inventoryId}>
      {count(value)}
    </FilesLink>
  );
  return (
    <Panel title={t('inventory.title')} aside={<InventoryProgress inventory={inventory} />}>
      <Facts
        facts={[
          { name: t('inventory.folder'), value: <span className="mono">{inventory.folder}</span> },
          {
            name: t('inventory.found'),
            value: (
              <>
                {files(inventory.filesSeen)}
                {inventory.filesTotal !== null && ` ${t('board.of', { count: inventory.filesTotal })}`}
              </>
            ),
          },
          {
            name: t('inventory.read'),
            value: (
              <>
                <Size bytes={inventory.bytesRead} />
                {inventory.bytesTotal !== null && (
                  <>
                    {' '}
                    / <Size bytes={inventory.bytesTotal} />
                  </>
                )}
              </>
            ),
          },
          inventory.failure !== null && {
            name: t('inventory.failure'),
            value: <span className="mono">{inventory.failure}</span>,
          },
          {
            name: t('inventory.started'),
            value: <Done at={inventory.startedAt} by={inventory.startedBy} />,
          },
          inventory.finishedAt !== null && {
            name: t('inventory.finished'),
            value: <Time at={inventory.finishedAt} />,
          },
          { name: t('inventory.tool'), value: inventory.tool },
        ]}
      />
      <Acts exhibitId={exhibitId} inventory={inventory} />
    </Panel>
  );
}

function Acts({ exhibitId, inventory }: { exhibitId: string; inventory: InventoryRow }) {
  const why = whyNot(useSession(), 'evidence.examine', useOperation()?.operationId);
  const act = isUnderWay(inventory) ? 'cancel' : inventory.state === 'done' ? 'match' : 'resume';
  const change = useInventoryAct(exhibitId, inventory.inventoryId, act);
  return (
    <div className={`${classes.acts} no-print`}>
      {change.isError && <Problem error={change.error} title={t('problem.actTitle')} />}
      <div className={classes.act}>
        <ActButton variant="default" why={why} loading={change.isPending} onClick={() => change.mutate()}>
          {t(`inventory.act.${act}`)}
        </ActButton>
        <span className="soft">{t(`inventory.words.${act}`)}</span>
      </div>
    </div>
  );
}
