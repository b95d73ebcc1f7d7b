import { Link } from '@tanstack/react-router';
import { useCustodyState } from '#web/api/custody-state.ts';
import { useAgency } from '#web/api/operation.ts';
import { t } from '#web/messages/messages.ts';
import { Digest } from '#web/parts/digest.tsx';
import { Facts } from '#web/parts/facts.tsx';
import { Loaded } from '#web/parts/loaded.tsx';
import { Sheet } from '#web/parts/sheet.tsx';
import { Time } from '#web/parts/time.tsx';
import { count } from '#web/words/format.ts';
import classes from './log-state.module.css';

/** How the log stands: what is signed, who witnesses it, and first of all what is an alarm. */
export function CustodyLogState() {
  const state = useCustodyState();
  const agency = useAgency();
  return (
    <Sheet>
      <Loaded query={state}>
        {({ size, waiting, late, oldestWaitingSeconds, checkpoint, witnesses, forks }) => (
          <div className={classes.state}>
            {(late || forks.length > 0) && (
              <div role="alert" className={classes.alarm}>
                {late && <p>{t('custody.late', { seconds: count(oldestWaitingSeconds) })}</p>}
                {forks.map(({ id, origin, words, reportedBy }) => (
                  <p key={id}>
                    {t('custody.fork', { log: origin, words })}
                    {reportedBy && ` ${t('custody.reportedBy', { log: reportedBy })}`}
                  </p>
                ))}
                {forks.length > 0 && (
                  <Link to="/$agency/custody/alarms" params={{ agency }}>
                    {t('forks.open')}
                  </Link>
                )}
              </div>
            )}
            <Facts
              columns={2}
              facts={[
                { name: t('custody.size'), value: count(size) },
                waiting > 0 && { name: t('custody.waiting'), value: count(waiting) },
                checkpoint && {
                  name: t('custody.checkpoint'),
                  value: (
                    <>
                      {count(checkpoint.size)} · <Time at={checkpoint.signedAt} /> ·{' '}
                      <Digest value={checkpoint.root} />
                    </>
                  ),
                },
                {
                  name: t('custody.witnesses'),
                  value:
                    witnesses.length === 0
                      ? t('custody.noWitness')
                      : witnesses
                          .map(({ name, size: upTo }) => `${agencyOf(name)} ${count(upTo)}`)
                          .join(', '),
                },
              ]}
            />
          </div>
        )}
      </Loaded>
    </Sheet>
  );
}

/** `mt` of `icarus/custody/mt`. */
function agencyOf(log: string): string {
  return log.slice(log.lastIndexOf('/') + 1).toUpperCase();
}
