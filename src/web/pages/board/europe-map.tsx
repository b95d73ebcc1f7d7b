import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useAgency } from '#web/api/operation.ts';
import { t } from '#web/messages/messages.ts';
import { Shape, TONE_COLOUR } from '#web/state/shape.tsx';
import { MAP_HEIGHT, MAP_WIDTH, type Outline, outlines } from './atlas.ts';
import classes from './europe-map.module.css';
import type { CountryMark } from './marks.ts';

/**
 * Europe by state. Colour fills the land, the shape on it says the same without colour; states too small
 * to see are drawn as a disc. The table beside it says everything in words, so that the map is not in the way of the keyboard.
 */
export function EuropeMap({ marks }: { marks: readonly CountryMark[] }) {
  const lands = useMemo(() => outlines(), []);
  const byCountry = new Map(marks.map((mark) => [mark.country, mark]));
  const taking = lands.flatMap((land) => {
    const mark = land.code && byCountry.get(land.code);
    return mark ? [{ land, mark }] : [];
  });
  return (
    <svg
      className={classes.map}
      viewBox={`0 0 ${MAP_WIDTH} ${MAP_HEIGHT}`}
      role="group"
      aria-label={t('board.mapLabel')}
    >
      <g className={classes.land}>
        {lands.map((land) => (
          <path key={land.path.slice(0, 40)} d={land.path} />
        ))}
      </g>
      {taking.map(({ land, mark }) => (
        <path key={mark.country} className={classes.taking} d={land.path} style={{ fill: fillOf(mark) }} />
      ))}
      {taking.map(({ land, mark }) => (
        <Mark key={mark.country} land={land} mark={mark} />
      ))}
    </svg>
  );
}

function fillOf({ look }: CountryMark): string {
  return `color-mix(in oklab, ${TONE_COLOUR[look.tone]} 32%, var(--surface))`;
}

/** The country as a link: its land once more, unseen, to point at; and its shape. */
function Mark({ land, mark }: { land: Outline; mark: CountryMark }) {
  const agency = useAgency();
  const [x, y] = land.centre;
  return (
    <Link
      to="/$agency/packages"
      params={{ agency }}
      search={{ country: mark.country }}
      tabIndex={-1}
      aria-hidden="true"
      className={classes.mark ?? ''}
    >
      <title>{`${mark.name}: ${mark.word}`}</title>
      <path d={land.path} />
      {land.small && <circle cx={x} cy={y} r="9" style={{ fill: fillOf(mark) }} />}
      <g transform={`translate(${x} ${y}) scale(1.15)`} style={{ color: TONE_COLOUR[mark.look.tone] }}>
        <Shape shape={mark.look.shape} />
      </g>
    </Link>
  );
}
