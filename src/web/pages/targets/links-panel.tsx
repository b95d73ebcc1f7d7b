import { Link } from '@tanstack/react-router';
import type { LinkSuggestionView } from '#observations/links/schemas.ts';
import { useLinkHistory, useLinks } from '#web/api/links.ts';
import { useAgency } from '#web/api/operation.ts';
import { t } from '#web/messages/messages.ts';
import { Loaded } from '#web/parts/loaded.tsx';
import { Panel } from '#web/parts/panel.tsx';
import { Time } from '#web/parts/time.tsx';
import { LinkItem } from './link-item.tsx';
import classes from './links-panel.module.css';
import { MergeForm } from './merge-form.tsx';
import { MergeHistory } from './merge-history.tsx';

const MOST_SHOWN = 20;

/** What may be the same user as this target, what was merged with it, and what was decided. */
export function LinksPanel({ targetId }: { targetId: string }) {
  const history = useLinkHistory(targetId);
  return (
    <>
      <Suggestions targetId={targetId} />
      <Loaded query={history}>{(data) => <MergeHistory history={data} />}</Loaded>
    </>
  );
}

function Suggestions({ targetId }: { targetId: string }) {
  const agency = useAgency();
  const links = useLinks({ targetId, limit: MOST_SHOWN });
  return (
    <Panel
      title={t('links.title')}
      aside={
        <Link to="/$agency/targets/links" params={{ agency }}>
          {t('links.openAll')}
        </Link>
      }
    >
      <p className="soft">{t('links.lead')}</p>
      <Loaded query={links}>
        {({ run, rows, total }) => (
          <>
            {run === null ? (
              <p>{t('links.notComputed')}</p>
            ) : rows.length === 0 ? (
              <p>{t('links.none')}</p>
            ) : (
              <ol className={classes.links}>
                {rows.map((link) => (
                  <LinkItem key={keyOf(link)} link={link} targetId={targetId} />
                ))}
              </ol>
            )}
            <p className="soft">
              {total > rows.length && `${t('links.more', { shown: rows.length })} `}
              {run && (
                <>
                  {t('links.count', { count: total })} · {t('links.computed')} <Time at={run.finishedAt} />
                </>
              )}
            </p>
          </>
        )}
      </Loaded>
      <MergeForm targetId={targetId} />
    </Panel>
  );
}

function keyOf({ earlier, later, type }: LinkSuggestionView): string {
  return `${earlier.targetId} ${later.targetId} ${type}`;
}
