import { countryName } from '#core/countries.ts';
import type { TargetDetail, TargetRow } from '#observations/schemas.ts';
import { t } from '#web/messages/messages.ts';
import { type Fact, Facts } from '#web/parts/facts.tsx';
import { Time } from '#web/parts/time.tsx';
import { count, percent } from '#web/words/format.ts';
import { gradeName } from '#web/words/observed.ts';
import { Heed } from './address-columns.tsx';

/** What was observed of a target, in numbers. */
export function ObservedFacts({ target, ranking }: Pick<TargetDetail, 'target' | 'ranking'>) {
  const heed = target.carrierNat || target.hosting || target.disagreement;
  return (
    <Facts
      facts={[
        { name: t('case.clientId'), value: <span className="mono">{target.clientId}</span> },
        target.mergedClientIds && {
          name: t('life.merged'),
          value: target.mergedClientIds.map((clientId) => (
            <div key={clientId} className="mono">
              {clientId}
            </div>
          )),
        },
        { name: t('target.software'), value: target.software.join(', ') || t('format.none') },
        {
          name: t('target.seen'),
          value: (
            <>
              <Time at={target.firstSeenAt} /> – <Time at={target.lastSeenAt} />
            </>
          ),
        },
        { name: t('target.activeDays'), value: count(target.activeDays) },
        {
          name: t('target.countries'),
          value: target.countries.map(countryName).join(', ') || t('format.none'),
        },
        heed && { name: t('life.heed'), value: <Heed row={target} /> },
        {
          name: t('target.ranking'),
          value: (
            <>
              {ranking.version}, <Time at={ranking.rankedAt} />
            </>
          ),
        },
      ]}
    />
  );
}

/** Files by the code of the loaded list, what is rare and what the tool flagged, and how it is known. */
export function FileFacts({ target }: { target: TargetRow }) {
  const { A, B, C } = target.filesByCode;
  const files = (name: string, number: number): Fact => ({ name, value: count(number) });
  return (
    <Facts
      columns={2}
      facts={[
        files(t('target.files'), target.distinctFiles),
        files(t('life.code', { code: 'A' }), A),
        files(t('life.code', { code: 'B' }), B),
        files(t('life.code', { code: 'C' }), C),
        files(t('life.unlisted'), Math.max(0, target.distinctFiles - A - B - C)),
        files(t('life.rare'), target.rareFiles),
        files(t('life.flagged'), target.flaggedFiles),
      ]}
    />
  );
}

export function GradeFacts({ target }: { target: TargetRow }) {
  return (
    <Facts
      facts={[
        ...Object.entries(target.grades).map(([grade, rows = 0]) => ({
          name: gradeName(grade),
          value: `${count(rows)} (${percent(rows / target.rows)})`,
        })),
        {
          name: t('life.allRows'),
          value: `${count(target.rows)}, ${t('target.direct', { count: count(target.directRows) })}`,
        },
      ]}
    />
  );
}
