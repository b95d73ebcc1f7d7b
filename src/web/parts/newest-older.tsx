import type { ReactNode } from 'react';
import { t } from '#web/messages/messages.ts';
import classes from './newest-older.module.css';

interface NewestOlderProps {
  /** Where the page that is shown begins; undefined = with the newest. */
  readonly before: string | undefined;
  /** Where the next page begins; null = this is the last. */
  readonly next: string | null;
  /** A link to the page that begins there; undefined = with the newest. */
  readonly link: (before: string | undefined, words: string) => ReactNode;
}

/** The way through a list that is read newest first. */
export function NewestOlder({ before, next, link }: NewestOlderProps) {
  return (
    <nav className={`${classes.row} no-print`}>
      {before !== undefined && link(undefined, t('messages.newest'))}
      {next !== null && link(next, t('messages.older'))}
    </nav>
  );
}
