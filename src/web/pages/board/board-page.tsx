import type { Board } from '#results/schemas.ts';
import { useBoard } from '#web/api/board.ts';
import { useOperation } from '#web/api/operation.ts';
import { usePlace } from '#web/api/place.ts';
import { may, useSession } from '#web/api/session.ts';
import { useSubject } from '#web/frame/subject.ts';
import { t } from '#web/messages/messages.ts';
import { Loaded } from '#web/parts/loaded.tsx';
import { PageHead } from '#web/parts/page-head.tsx';
import { Time } from '#web/parts/time.tsx';
import { agencyName } from '#web/words/agency-name.ts';
import { Alerts } from './alerts.tsx';
import classes from './board-page.module.css';
import { Countries } from './countries.tsx';
import { Dissemination } from './dissemination.tsx';
import { NextTargets } from './next-targets.tsx';
import { OwnCountry } from './own-country.tsx';
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
              <span>
                {t('board.led', {
                  lead: agencyName(operation, operation.lead),
                  coordinator: agencyName(operation, operation.coordinator),
                })}
              </span>
              <span>
                {t('board.since')} <Time at={operation.startedAt} day />
              </span>
            </>
          )
        }
      />
      <Loaded query={board}>{(data) => <Shown board={data} />}</Loaded>
    </>
  );
}

/** A board shows what its node can know: the lead packages, the coordinator reports too, the others themselves. */
function Shown({ board }: { board: Board }) {
  const { lead, coordinator } = usePlace();
  const wide = lead || coordinator;
  const session = useSession();
  const works = session.agency.country !== null && may(session, 'casework.read', board.operationId);
  return (
    <div className={classes.board}>
      <div className={classes.first}>
        <Alerts alerts={board.alerts} />
        <div className={classes.side}>
          {wide && <Dissemination clock={board.clock} />}
          {coordinator && <Totals totals={board.totals} positive={board.reports.positive} />}
          {!wide && <OwnCountry board={board} />}
        </div>
      </div>
      {!wide && works && <NextTargets />}
      {wide && <Phases board={board} reports={coordinator} />}
      {wide && <Countries board={board} reports={coordinator} />}
    </div>
  );
}
