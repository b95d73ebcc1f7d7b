import { Link } from '@tanstack/react-router';
import { type CustodyLine, useTargetHistory } from '#web/api/custody.ts';
import { useAgency } from '#web/api/operation.ts';
import { t } from '#web/messages/messages.ts';
import { Loaded } from '#web/parts/loaded.tsx';
import { Panel } from '#web/parts/panel.tsx';
import { HistoryLine } from './history-line.tsx';
import classes from './history-panel.module.css';

const SHOWN = 8;

/** What was done with the target: flagged, noted, merged, packed, sent, reported; newest first. */
export function HistoryPanel({ targetId }: { targetId: string }) {
  const agency = useAgency();
  const history = useTargetHistory(targetId);
  return (
    <Panel
      title={t('life.history')}
      aside={
        <Link to="/$agency/custody" params={{ agency }} search={{ kind: 'target', id: targetId }}>
          {t('custody.openInLog')}
        </Link>
      }
    >
      <Loaded query={history}>
        {(events) => {
          const newest = events.toReversed();
          if (newest.length === 0) return <p>{t('life.noHistory')}</p>;
          return (
            <>
              <Events events={newest.slice(0, SHOWN)} />
              {newest.length > SHOWN && (
                <details className={classes.more}>
                  <summary>{t('life.earlier', { count: newest.length - SHOWN })}</summary>
                  <Events events={newest.slice(SHOWN)} />
                </details>
              )}
            </>
          );
        }}
      </Loaded>
    </Panel>
  );
}

function Events({ events }: { events: readonly CustodyLine[] }) {
  return (
    <ol className={classes.events}>
      {events.map((event) => (
        <li key={event.sequence}>
          <HistoryLine event={event} />
        </li>
      ))}
    </ol>
  );
}
