import { countryName } from '#core/countries.ts';
import type { HitDetail, HitSideRow } from '#crossmatch/schemas.ts';
import { t } from '#web/messages/messages.ts';
import { Agency } from '#web/parts/agency.tsx';
import { EvaluationInWords } from '#web/parts/evaluation.tsx';
import { Facts } from '#web/parts/facts.tsx';
import { HandlingInWords } from '#web/parts/handling.tsx';
import { Panel } from '#web/parts/panel.tsx';
import { TargetPlaceLink } from '#web/parts/target-place-link.tsx';
import { shortId } from '#web/words/format.ts';
import classes from './hit-side.module.css';

interface Props {
  readonly side: HitSideRow;
  readonly position: 1 | 2;
  readonly may: HitDetail['dissemination']['sides'][number] | undefined;
}

/** One side: whose information it is, how good, under which codes, and which of its selectors matched. */
export function HitSide({ side, position, may }: Props) {
  return (
    <Panel title={t('hit.side', { position, kind: t(`side.${side.kind}`), reference: shownReference(side) })}>
      <table className={classes.selectors}>
        <thead>
          <tr>
            <th scope="col">{t('selector.type')}</th>
            <th scope="col">{t('selector.given')}</th>
            <th scope="col">{t('selector.compared')}</th>
          </tr>
        </thead>
        <tbody>
          {side.selectors.map(({ type, value, given }) => (
            <tr key={`${type} ${value} ${given}`}>
              <th scope="row">{t(`selector.${type}`)}</th>
              <td className="mono">{given}</td>
              <td className="mono">{value}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <Facts
        facts={[
          {
            name: t('side.owner'),
            value: side.agencyId === null ? t('side.own') : <Agency id={side.agencyId} />,
          },
          side.country !== null && { name: t('column.country'), value: countryName(side.country) },
          side.source !== null && { name: t('side.source'), value: side.source },
          side.network !== null && { name: t('side.network'), value: side.network },
          side.targetId !== null && {
            name: t('column.target'),
            value: (
              <TargetPlaceLink targetId={side.targetId} country={side.country} className="mono">
                {shortId(side.targetId)}
              </TargetPlaceLink>
            ),
          },
          { name: t('side.category'), value: t(`category.${side.category}`) },
          { name: t('package.evaluation'), value: <EvaluationInWords evaluation={side.evaluation} /> },
          { name: t('package.codes'), value: <HandlingInWords handling={side.handling} /> },
          may && { name: t('side.may'), value: may.reason },
        ]}
      />
    </Panel>
  );
}

function shownReference({ kind, reference }: HitSideRow): string {
  return kind === 'target' ? shortId(reference) : reference;
}
