import { useBoard } from '#web/api/board.ts';
import { useOperation } from '#web/api/operation.ts';
import { useSubject } from '#web/frame/subject.ts';
import { t } from '#web/messages/messages.ts';
import { Loaded } from '#web/parts/loaded.tsx';
import { PageHead } from '#web/parts/page-head.tsx';
import { Time } from '#web/parts/time.tsx';
import { Alerts } from './alerts.tsx';
import classes from './board-page.module.css';
import { Countries } from './countries.tsx';
import { Dissemination } from './dissemination.tsx';
import { Phases } from './phases.tsx';
import { Totals } from './totals.tsx';

/** The board: what is due or wrong first, then how far the operation is, the map, the countries. */
export function BoardPage() {
  const operation = useOperation();
  const board = useBoard();
  useSubject('operation', operation?.operationId);
  return (
    <>
      <PageHead
        title={operation?.codeName ?? t('nav.board')}
        lead={
          operation && (
            <>
              <span>{t('board.led', { lead: operation.lead, coordinator: operation.coordinator })}</span>
              <span>
                {t('board.since')} <Time at={operation.startedAt} day />
              </span>
            </>
          )
        }
      />
      <Loaded query={board}>
        {(data) => (
          <div className={classes.board}>
            <div className={classes.first}>
              <Alerts alerts={data.alerts} />
              <div className={classes.side}>
                <Dissemination clock={data.clock} />
                <Totals totals={data.totals} positive={data.reports.positive} />
              </div>
            </div>
            <Phases board={data} />
            <Countries board={data} />
          </div>
        )}
      </Loaded>
    </>
  );
}
