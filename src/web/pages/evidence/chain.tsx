import type { ChainLink } from '#evidence/schemas.ts';
import { t } from '#web/messages/messages.ts';
import { Panel } from '#web/parts/panel.tsx';
import { Time } from '#web/parts/time.tsx';
import classes from './chain.module.css';

/** The chain of custody, newest first: who had it, where, under which seal. */
export function Chain({ chain }: { chain: readonly ChainLink[] }) {
  return (
    <Panel title={t('chain.title')}>
      <ol className={classes.chain}>
        {chain.toReversed().map((link) => (
          <li key={link.sequence}>
            <div className={classes.head}>
              <h3>{t(`chain.${link.kind}`)}</h3>
              <Time at={link.happenedAt} />
            </div>
            <p>
              {link.person}, {link.place}
              {link.sealNumber !== null && (
                <>
                  , {t('exhibit.seal')} <span className="mono">{link.sealNumber}</span>
                </>
              )}
            </p>
            {link.note !== '' && <p>{link.note}</p>}
            <p className="soft">
              {t('chain.recorded')} <Time at={link.recordedAt} /> ·{' '}
              <span className="mono">{link.recordedBy}</span>
            </p>
          </li>
        ))}
      </ol>
    </Panel>
  );
}
