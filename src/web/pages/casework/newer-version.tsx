import { Button } from '@mantine/core';
import { t } from '#web/messages/messages.ts';
import classes from './newer-version.module.css';

/** Somebody else recorded meanwhile: says so, and takes nothing away. */
export function NewerVersion({ version, onTake }: { version: number; onTake: () => void }) {
  return (
    <div role="status" className={classes.newer}>
      <p>{t('case.newer', { version })}</p>
      <Button variant="default" size="xs" onClick={onTake}>
        {t('case.takeNewer', { version })}
      </Button>
    </div>
  );
}
