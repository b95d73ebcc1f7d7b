import type { RankingProfile } from '#observations/targets/ranking.ts';
import { t } from '#web/messages/messages.ts';
import { weightWords } from '#web/words/weights.ts';
import classes from './ranking-page.module.css';

/** What each feature of a target is worth, in words. */
export function WeightsList({ profile }: { profile: RankingProfile }) {
  return (
    <dl className={classes.weights}>
      {weightWords(profile).map(({ feature, words }) => (
        <div key={feature}>
          <dt>{t(`ranking.of.${feature}`)}</dt>
          <dd>{words}</dd>
        </div>
      ))}
    </dl>
  );
}
