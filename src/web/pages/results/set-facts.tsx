import type { FigureSetDetail } from '#results/schemas.ts';
import { t } from '#web/messages/messages.ts';
import { Digest } from '#web/parts/digest.tsx';
import { Facts } from '#web/parts/facts.tsx';
import { Panel } from '#web/parts/panel.tsx';
import { Time } from '#web/parts/time.tsx';

export function SetFacts({ set }: { set: FigureSetDetail }) {
  return (
    <Panel title={t('set.facts')}>
      <Facts
        facts={[
          { name: t('set.computedBy'), value: <span className="mono">{set.computedBy}</span> },
          { name: t('set.computedAt'), value: <Time at={set.computedAt} /> },
          set.release && { name: t('set.releasedBy'), value: set.release.releasedByName },
          set.release && { name: t('set.releasedAt'), value: <Time at={set.release.releasedAt} /> },
          set.release !== null &&
            set.release.withheld.length > 0 && {
              name: t('set.withheld'),
              value: labels(set, set.release.withheld),
            },
          { name: t('set.digest'), value: <Digest value={set.digest} whole /> },
        ]}
      />
    </Panel>
  );
}

function labels({ figures }: FigureSetDetail, ids: readonly string[]): string {
  return figures
    .filter(({ figureId }) => ids.includes(figureId))
    .map(({ label }) => label)
    .join(', ');
}
