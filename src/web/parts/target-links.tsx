import type { TargetDocument } from '#packages/types.ts';
import { t } from '#web/messages/messages.ts';
import { Done } from './done.tsx';
import classes from './target-facts.module.css';
import { Time } from './time.tsx';

/** What a package says of client ids that belong together: merges by an officer, and suggestions that are only that. */
export function TargetLinks({ document: { merge, links = [] } }: { document: TargetDocument }) {
  return (
    <>
      {merge && (
        <section>
          <h3>{t('links.packageMerge')}</h3>
          <p>{merge.reason}</p>
          <p className="mono">{merge.clientIds.join(', ')}</p>
          <p className="soft">
            {t('links.packageMergeWords')} · <Done at={merge.at} by={merge.by} />
          </p>
        </section>
      )}
      {links.length > 0 && (
        <section>
          <h3>{t('links.packageLinks')}</h3>
          <ul className={classes.links}>
            {links.map((link) => (
              <li key={link.targetId}>
                <span className="mono">{link.clientId}</span> · {t('links.score', { score: link.score })} ·{' '}
                <Time at={link.earlierUntil} /> – <Time at={link.laterFrom} />
                <p className="soft">{link.words.join('; ')}</p>
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  );
}
