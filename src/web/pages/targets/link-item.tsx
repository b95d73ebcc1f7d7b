import { UnstyledButton } from '@mantine/core';
import { useState } from 'react';
import type { LinkSuggestionView } from '#observations/links/schemas.ts';
import { useGoToWaiting } from '#web/api/approvals.ts';
import { useDecideLink, useMerge } from '#web/api/links.ts';
import { t } from '#web/messages/messages.ts';
import { Reasons } from '#web/parts/reasons.tsx';
import { Time } from '#web/parts/time.tsx';
import { StateMark } from '#web/state/state-mark.tsx';
import { LinkAct } from './link-act.tsx';
import { LinkRows } from './link-rows.tsx';
import classes from './links-panel.module.css';
import { TargetLink } from './target-link.tsx';

/** One suggestion: with whom, by which rule, when and where; why on demand; merged or dismissed here. */
export function LinkItem({ link, targetId }: { link: LinkSuggestionView; targetId: string }) {
  const [open, setOpen] = useState(false);
  const ownIsEarlier = link.own === 'earlier';
  const other = ownIsEarlier ? link.later : link.earlier;
  return (
    <li>
      <div className={classes.line}>
        <TargetLink targetId={other.targetId} clientId={other.clientId} />
        <strong>{t('links.score', { score: link.score })}</strong>
      </div>
      <StateMark look={{ shape: 'ring', tone: 'wait' }} word={t(`links.type.${link.type}`)} />
      <p className="soft">
        {t(ownIsEarlier ? 'links.later' : 'links.earlier')} · <Time at={other.firstSeenAt} /> –{' '}
        <Time at={other.lastSeenAt} />
        {link.address !== null && (
          <>
            {' · '}
            <span className="mono">
              {link.port === null
                ? link.address
                : t('links.place', { address: link.address, port: String(link.port) })}
            </span>
          </>
        )}
        {link.places > 1 && ` · ${t('links.places', { count: link.places })}`}
      </p>
      <UnstyledButton className={classes.more} onClick={() => setOpen(!open)} aria-expanded={open}>
        {t(open ? 'links.close' : 'links.open')}
      </UnstyledButton>
      {open && (
        <div className={classes.opened}>
          <Reasons score={link.score} reasons={link.parts} />
          <LinkRows link={link} />
        </div>
      )}
      <Acts targetId={targetId} other={other} />
    </li>
  );
}

function Acts({ targetId, other }: { targetId: string; other: LinkSuggestionView['earlier'] }) {
  const merge = useMerge();
  const waits = useGoToWaiting();
  const decide = useDecideLink();
  const id = other.clientId.slice(0, 12);
  return (
    <div className={`${classes.acts} no-print`}>
      <LinkAct
        name={t('links.merge')}
        title={t('links.mergeTitle', { id })}
        words={t('links.mergeWords')}
        act={t('links.mergeAct')}
        change={merge}
        onAct={(acted, done) =>
          merge.mutate(
            { targetIds: [targetId, other.targetId], ...acted },
            { onSuccess: (answer) => waits(answer) || done() },
          )
        }
      />
      <LinkAct
        name={t('links.dismiss')}
        title={t('links.dismissTitle', { id })}
        words={t('links.dismissWords')}
        act={t('links.dismissAct')}
        change={decide}
        onAct={({ reason }, done) =>
          decide.mutate(
            { targetIds: [targetId, other.targetId], decision: 'dismissed', reason },
            { onSuccess: done },
          )
        }
      />
    </div>
  );
}
