import { Drawer } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useHistory } from '#web/api/custody.ts';
import { useAgency } from '#web/api/operation.ts';
import { t } from '#web/messages/messages.ts';
import { Empty } from '#web/parts/empty.tsx';
import { EventLine } from '#web/parts/event-line.tsx';
import { Loaded } from '#web/parts/loaded.tsx';
import { TrailLink } from '#web/parts/trail-link.tsx';
import classes from './history-drawer.module.css';
import { SeenBy } from './seen-by.tsx';
import type { PageSubject } from './subject.ts';

/** At the right, on demand: every recorded act on the thing that the page is about. */
export function HistoryDrawer({ subject, onClose }: { subject: PageSubject | null; onClose: () => void }) {
  return (
    <Drawer
      opened={subject !== null}
      onClose={onClose}
      position="right"
      size={420}
      title={t('frame.history')}
    >
      {subject && (
        <>
          <SubjectHistory subject={subject} />
          <SeenBy subject={subject} />
        </>
      )}
    </Drawer>
  );
}

function SubjectHistory({ subject }: { subject: PageSubject }) {
  const agency = useAgency();
  const events = useHistory({ subjectKind: subject.kind, subjectId: subject.id });
  return (
    <Loaded query={events}>
      {(rows) =>
        rows.length === 0 ? (
          <Empty what={t('custody.noHistory')} />
        ) : (
          <>
            <ol className={classes.events}>
              {[...rows].reverse().map((event) => (
                <li key={event.sequence}>
                  <EventLine event={event} />
                </li>
              ))}
            </ol>
            <p className={classes.links}>
              <TrailLink kind={subject.kind} id={subject.id} />
              <Link to="/$agency/custody" params={{ agency }} search={{ kind: subject.kind, id: subject.id }}>
                {t('custody.openInLog')}
              </Link>
            </p>
          </>
        )
      }
    </Loaded>
  );
}
