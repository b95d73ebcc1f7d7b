import { type ReactNode, useEffect } from 'react';
import { t } from '#web/messages/messages.ts';
import classes from './page-head.module.css';

/** The head of a page: what it is, one line about it, and the actions at the right. */
export function PageHead({ title, lead, actions }: { title: string; lead?: ReactNode; actions?: ReactNode }) {
  useEffect(() => {
    document.title = `${title} – ${t('app.name')}`;
  }, [title]);
  return (
    <header className={classes.head}>
      <div className={classes.words}>
        <h1>{title}</h1>
        {lead && <div className={classes.lead}>{lead}</div>}
      </div>
      {actions && <div className={`${classes.actions} no-print`}>{actions}</div>}
    </header>
  );
}
