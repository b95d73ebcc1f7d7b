import { Button } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useAgency } from '#web/api/operation.ts';
import { sessionKey, useSession } from '#web/api/session.ts';
import { useEndsSoon } from '#web/api/session-end.ts';
import { t } from '#web/messages/messages.ts';
import { clockTime } from '#web/words/format.ts';
import classes from './agency-frame.module.css';

/** Before the page is cleared: when, why, and how to stay. */
export function SessionEndsSoon() {
  const session = useSession();
  const agency = useAgency();
  const client = useQueryClient();
  const why = useEndsSoon(session);
  if (why === undefined || session.left === null) return null;
  const at = clockTime(session.asked.wallMs + session.left[`${why}Ms`]);
  return (
    <div className={`${classes.interrupted} no-print`} role="alert">
      {t(`session.soon.${why}`, { at })}{' '}
      {why === 'unused' && (
        <Button
          size="compact-xs"
          variant="default"
          onClick={() => void client.invalidateQueries({ queryKey: sessionKey(agency) })}
        >
          {t('session.stay')}
        </Button>
      )}
    </div>
  );
}
