import type { ContentsDocument } from '#packages/types.ts';
import { t } from '#web/messages/messages.ts';
import { Facts } from '#web/parts/facts.tsx';
import { Panel } from '#web/parts/panel.tsx';
import { count } from '#web/words/format.ts';

/** What the package says of itself: counts, codes, evaluation, where it comes from. */
export function ContentsFacts({ contents }: { contents: ContentsDocument }) {
  const { counts, handling, evaluation } = contents;
  return (
    <Panel title={t('case.observed')}>
      <Facts
        facts={[
          contents.notice !== null && {
            name: t('package.notice'),
            value: <strong>{contents.notice}</strong>,
          },
          {
            name: t('column.targets'),
            value: t('package.known', { count: counts.targets, known: counts.targetsKnown }),
          },
          { name: t('column.rows'), value: count(counts.observations) },
          { name: t('column.addresses'), value: count(counts.addresses) },
          { name: t('package.codes'), value: [...handling.codes, handling.text].filter(Boolean).join(', ') },
          { name: t('pap.title'), value: t(`pap.${contents.pap ?? 'GREEN'}`) },
          { name: t('package.evaluation'), value: `${evaluation.source}${evaluation.information}` },
          { name: t('package.ranking'), value: contents.ranking.words },
          { name: t('package.logs'), value: contents.imports.map(({ fileName }) => fileName).join(', ') },
          {
            name: t('package.attribution'),
            value: contents.attribution.map(({ source, date }) => `${source}, ${date}`).join('; '),
          },
        ]}
      />
    </Panel>
  );
}
