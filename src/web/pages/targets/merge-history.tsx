import { countryName } from '#core/countries.ts';
import type { LinkDecidedView, LinkHistory, MergeView } from '#observations/links/schemas.ts';
import { useDecideLink, useSplit } from '#web/api/links.ts';
import { t } from '#web/messages/messages.ts';
import { Done } from '#web/parts/done.tsx';
import { Panel } from '#web/parts/panel.tsx';
import { StateMark } from '#web/state/state-mark.tsx';
import { LinkAct } from './link-act.tsx';
import classes from './links-panel.module.css';
import { TargetLink } from './target-link.tsx';

/** Every merge, split and dismissal that concerns a target, newest first; none is ever changed. */
export function MergeHistory({ history: { merges, decisions } }: { history: LinkHistory }) {
  return (
    <>
      <Panel title={t('links.history')}>
        {merges.length === 0 && <p className="soft">{t('links.historyNone')}</p>}
        <ol className={classes.links}>
          {merges.map((merge) => (
            <MergeItem key={merge.mergeId} merge={merge} />
          ))}
        </ol>
      </Panel>
      {decisions.length > 0 && (
        <Panel title={t('links.decisions')}>
          <ol className={classes.links}>
            {decisions.map((decided, i) => (
              <DecisionItem
                key={`${decided.targetId} ${decided.otherTargetId} ${decided.version}`}
                decided={decided}
                newest={decisions.findIndex((one) => samePair(one, decided)) === i}
              />
            ))}
          </ol>
        </Panel>
      )}
    </>
  );
}

function MergeItem({ merge }: { merge: MergeView }) {
  const split = useSplit(merge.mergeId);
  const word = merge.stands ? 'links.stands' : merge.split ? 'links.split' : 'links.takenIn';
  return (
    <li>
      <StateMark
        look={merge.stands ? { shape: 'disc', tone: 'active' } : { shape: 'bar', tone: 'idle' }}
        word={t(word)}
      />
      <p>{merge.reason}</p>
      <p className="soft">
        {t('links.members', { count: merge.members.length })}
        {merge.countries.length > 1 &&
          `, ${t('links.countries', { countries: merge.countries.map(countryName).join(', ') })}`}{' '}
        · <Done at={merge.at} by={merge.by} />
      </p>
      <p>
        {merge.members.map((member) => (
          <span key={member.targetId} className={classes.member}>
            <TargetLink targetId={member.targetId} clientId={member.clientId} />
          </span>
        ))}
      </p>
      {merge.split && (
        <>
          <p>{merge.split.reason}</p>
          <p className="soft">
            {t('links.split')} · <Done at={merge.split.at} by={merge.split.by} />
          </p>
        </>
      )}
      {merge.stands && (
        <div className={`${classes.acts} no-print`}>
          <LinkAct
            name={t('links.splitTitle')}
            title={t('links.splitTitle')}
            words={t('links.splitWords')}
            act={t('links.splitAct')}
            change={split}
            onAct={(acted, done) => split.mutate(acted, { onSuccess: done })}
          />
        </div>
      )}
    </li>
  );
}

function DecisionItem({ decided, newest }: { decided: LinkDecidedView; newest: boolean }) {
  const decide = useDecideLink();
  const { targetId, otherTargetId, decision } = decided;
  return (
    <li>
      <StateMark look={{ shape: 'bar', tone: 'idle' }} word={t(`links.${decision}`)} />
      <p>{decided.reason}</p>
      <p className="soft">
        {[targetId, otherTargetId].map((id) => (
          <span key={id} className={classes.member}>
            <TargetLink targetId={id} clientId={id} />
          </span>
        ))}
        <Done at={decided.at} by={decided.by} />
      </p>
      {newest && decision === 'dismissed' && (
        <div className={`${classes.acts} no-print`}>
          <LinkAct
            name={t('links.reopenTitle')}
            title={t('links.reopenTitle')}
            words={t('links.reopenWords')}
            act={t('links.reopenAct')}
            change={decide}
            onAct={({ reason }, done) =>
              decide.mutate(
                { targetIds: [targetId, otherTargetId], decision: 'reopened', reason },
                { onSuccess: done },
              )
            }
          />
        </div>
      )}
    </li>
  );
}

function samePair(one: LinkDecidedView, other: LinkDecidedView): boolean {
  return one.targetId === other.targetId && one.otherTargetId === other.otherTargetId;
}
