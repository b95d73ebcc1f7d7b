import { countryName } from '#core/countries.ts';
import type { NetworkDetail } from '#crossmatch/schemas.ts';
import { t } from '#web/messages/messages.ts';
import { Agency } from '#web/parts/agency.tsx';
import type { DataColumn } from '#web/parts/data-table.tsx';
import { EvaluationInWords } from '#web/parts/evaluation.tsx';
import { TargetPlaceLink } from '#web/parts/target-place-link.tsx';
import { shortId } from '#web/words/format.ts';

export type NetworkMember = NetworkDetail['members'][number];

/** A member as its owner refers to it; a target by the end of its id. */
export function memberName({ kind, reference }: Pick<NetworkMember, 'kind' | 'reference'>): string {
  return kind === 'target' ? shortId(reference) : reference;
}

export const MEMBER_COLUMNS: readonly DataColumn<NetworkMember>[] = [
  { id: 'name', header: t('network.member'), wrap: true, cell: memberName },
  { id: 'kind', header: t('column.kind'), cell: ({ kind }) => t(`side.${kind}`) },
  {
    id: 'country',
    header: t('column.country'),
    cell: ({ country }) => (country === null ? t('format.none') : countryName(country)),
  },
  {
    id: 'owner',
    header: t('side.owner'),
    wrap: true,
    cell: ({ agencyId, source }) =>
      agencyId === null ? (source ?? t('side.own')) : <Agency id={agencyId} />,
  },
  {
    id: 'target',
    header: t('column.target'),
    cell: ({ targetId, country }) =>
      targetId !== null && (
        <TargetPlaceLink targetId={targetId} country={country} className="mono">
          {shortId(targetId)}
        </TargetPlaceLink>
      ),
  },
  {
    id: 'evaluation',
    header: t('package.evaluation'),
    spare: true,
    wrap: true,
    cell: ({ evaluation }) => <EvaluationInWords evaluation={evaluation} />,
  },
  {
    id: 'codes',
    header: t('package.codes'),
    cell: ({ handling }) => handling.codes.join(' ') || t('format.none'),
  },
];
