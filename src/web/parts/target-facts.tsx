import type { TargetDocument } from '#packages/types.ts';
import { t } from '#web/messages/messages.ts';
import { count } from '#web/words/format.ts';
import { gradeWords, severityWords } from '#web/words/observed.ts';
import { Activity } from './activity.tsx';
import { Addresses } from './addresses.tsx';
import { Facts } from './facts.tsx';
import { Reasons } from './reasons.tsx';
import classes from './target-facts.module.css';
import { TargetLinks } from './target-links.tsx';
import { Time } from './time.tsx';

/** What a package states of a target: why it ranks where it does, and what an operator needs to name a subscriber. */
export function TargetFacts({ document }: { document: TargetDocument }) {
  return (
    <div className={classes.facts}>
      <Reasons score={document.score} reasons={document.reasons} />
      <Activity days={document.activity} />
      <Facts
        facts={[
          { name: t('case.clientId'), value: <span className="mono">{document.clientId}</span> },
          { name: t('target.software'), value: document.software.join(', ') || t('format.none') },
          {
            name: t('target.seen'),
            value: (
              <>
                <Time at={document.firstSeenAt} /> – <Time at={document.lastSeenAt} />
              </>
            ),
          },
          { name: t('target.activeDays'), value: count(document.activeDays) },
          { name: t('target.observations'), value: count(document.observations) },
          {
            name: t('target.files'),
            value: `${count(document.distinctFiles)}${severityWords(document.filesBySeverity)}`,
          },
          { name: t('target.grades'), value: gradeWords(document.grades) },
          document.retention && { name: t('target.retention'), value: document.retention.words },
        ]}
      />
      <TargetLinks document={document} />
      <Addresses addresses={document.addresses} />
    </div>
  );
}
