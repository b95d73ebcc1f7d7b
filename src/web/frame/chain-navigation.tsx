import { Link } from '@tanstack/react-router';
import { useAgency, useOperation } from '#web/api/operation.ts';
import { useSession } from '#web/api/session.ts';
import { t } from '#web/messages/messages.ts';
import { chainOf } from './chain.ts';
import classes from './chain-navigation.module.css';

/** The left edge: the chain in its order, as far as this desk works with it. */
export function ChainNavigation() {
  const agency = useAgency();
  const session = useSession();
  const operation = useOperation();
  return (
    <nav className={`${classes.navigation} no-print`} aria-label={t('frame.navigation')}>
      <ol className={classes.chain}>
        {chainOf(session, operation).map(({ to, label, letter }) => (
          <li key={to}>
            <Link to={to} params={{ agency }} className={classes.link} activeProps={{ 'data-here': true }}>
              <span className={classes.node} aria-hidden="true" />
              <span className={classes.label}>{t(label)}</span>
              <kbd className={classes.letter} aria-hidden="true">
                g {letter}
              </kbd>
            </Link>
          </li>
        ))}
      </ol>
    </nav>
  );
}
