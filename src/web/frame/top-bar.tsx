import { UnstyledButton } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useHosted } from '#web/api/nodes.ts';
import { useOperation } from '#web/api/operation.ts';
import { t } from '#web/messages/messages.ts';
import { ApprovalCount } from './approval-count.tsx';
import { ColourSwitch } from './colour-switch.tsx';
import { DeadlineAlarms } from './deadline-alarms.tsx';
import { DeadlineClock } from './deadline-clock.tsx';
import { DeskName } from './desk-name.tsx';
import { HandlingCodes } from './handling-codes.tsx';
import { OperationName } from './operation-name.tsx';
import { usePageSubject } from './subject.ts';
import classes from './top-bar.module.css';

interface Opens {
  readonly onSearch: () => void;
  readonly onHelp: () => void;
  readonly onHistory: () => void;
}

/** The top edge: which operation, whose desk, under which codes, what is due next, and how to find things. */
export function TopBar({ onSearch, onHelp, onHistory }: Opens) {
  const operation = useOperation();
  const subject = usePageSubject();
  const exercise = useHosted().data?.exercise ?? false;
  return (
    <header className={`${classes.bar} no-print`}>
      <a href="#page" className="skip-link">
        {t('frame.skip')}
      </a>
      {exercise ? (
        <Link to="/" className={classes.brand}>
          {t('app.name')}
        </Link>
      ) : (
        <span className={classes.brand}>{t('app.name')}</span>
      )}
      <OperationName />
      {operation && <HandlingCodes handling={operation.handling} />}
      <DeadlineClock />
      <DeadlineAlarms />
      <ApprovalCount />
      <div className={classes.tools}>
        <UnstyledButton className={classes.search} onClick={onSearch}>
          {t('frame.search')} <kbd className={classes.key}>/</kbd>
        </UnstyledButton>
        <UnstyledButton
          className={classes.tool}
          onClick={onHistory}
          disabled={!subject}
          title={subject ? undefined : t('frame.historyNone')}
        >
          {t('frame.history')}
        </UnstyledButton>
        <ColourSwitch className={classes.tool ?? ''} />
        <UnstyledButton className={classes.tool} onClick={onHelp} aria-label={t('frame.help')}>
          ?
        </UnstyledButton>
      </div>
      <DeskName />
    </header>
  );
}
