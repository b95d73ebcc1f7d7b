import { Link } from '@tanstack/react-router';
import { countryName } from '#core/countries.ts';
import type { HitRow } from '#crossmatch/schemas.ts';
import { useAgency } from '#web/api/operation.ts';
import { t } from '#web/messages/messages.ts';
import { memberName, type NetworkMember } from './member-columns.tsx';
import classes from './network-diagram.module.css';
import { LAYOUT, type Place, placesOf } from './network-layout.ts';

interface Props {
  readonly members: readonly NetworkMember[];
  readonly hits: readonly HitRow[];
}

/** Members in a ring, a line for each confirmed hit; a dashed one joins a suspect with his own target. The tables say the same in words. */
export function NetworkDiagram({ members, hits }: Props) {
  const agency = useAgency();
  const { places, width, height } = placesOf(members.map(({ id }) => id));
  const line = (one: string, other: string) => {
    const [from, to] = [places.get(one), places.get(other)];
    return from && to && { x1: from.x, y1: from.y, x2: to.x, y2: to.y };
  };
  const own = members.flatMap(({ kind, id, targetId }) => {
    const target =
      kind === 'suspect' && members.find((one) => one.kind === 'target' && one.targetId === targetId);
    return targetId !== null && target ? [{ id, target: target.id }] : [];
  });
  return (
    <svg
      className={classes.diagram}
      viewBox={`0 0 ${width} ${height}`}
      role="group"
      aria-label={t('network.diagramLabel')}
    >
      {own.map(({ id, target }) => (
        <line key={id} {...line(id, target)} className={classes.own} />
      ))}
      {hits.map(({ hitId, reason, sides: [one, other] }) => (
        <Link key={hitId} to="/$agency/hits/$id" params={{ agency, id: hitId }} aria-label={reason}>
          <line {...line(one?.id ?? '', other?.id ?? '')} className={classes.wide} />
          <line {...line(one?.id ?? '', other?.id ?? '')} className={classes.hit}>
            <title>{reason}</title>
          </line>
        </Link>
      ))}
      {members.map((member) => (
        <Member key={member.id} member={member} place={places.get(member.id)} />
      ))}
    </svg>
  );
}

function Member({ member, place }: { member: NetworkMember; place: Place | undefined }) {
  if (!place) return null;
  const { kind, country, network } = member;
  const below = kind === 'holding' ? (network ?? t('side.holding')) : countryName(country ?? '');
  return (
    <g transform={`translate(${place.x} ${place.y})`} className={classes.member} data-kind={kind}>
      {kind === 'holding' ? (
        <rect x={-LAYOUT.radius} y={-LAYOUT.radius} width={2 * LAYOUT.radius} height={2 * LAYOUT.radius} />
      ) : kind === 'target' ? (
        <path
          d={`M0-${LAYOUT.radius + 1}L${LAYOUT.radius + 1} 0L0 ${LAYOUT.radius + 1}L-${LAYOUT.radius + 1} 0Z`}
        />
      ) : (
        <circle r={LAYOUT.radius} />
      )}
      <text y={place.above ? -LAYOUT.radius - 21 : LAYOUT.radius + 15} className={classes.name}>
        {memberName(member)}
      </text>
      <text y={place.above ? -LAYOUT.radius - 7 : LAYOUT.radius + 29} className={classes.below}>
        {t('network.below', { kind: t(`side.${kind}`), where: below })}
      </text>
    </g>
  );
}
