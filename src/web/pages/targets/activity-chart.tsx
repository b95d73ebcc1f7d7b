import { useId } from 'react';
import { t } from '#web/messages/messages.ts';
import { count, localDate } from '#web/words/format.ts';
import classes from './activity-panel.module.css';
import type { FoldedActivity } from './fold-activity.ts';

const WIDTH = 1080;
const HEIGHT = 132;
const LEFT = 46;
const TOP = 12;
const FLOOR = 110;
const WIDEST_BAR = 26;

/** A bar for each day or week: evidence solid below, what others stated hatched above, gaps as gaps. */
export function ActivityChart({ activity }: { activity: FoldedActivity }) {
  const hatch = useId();
  const { unit, span, bars, most } = activity;
  const slot = (WIDTH - LEFT) / span;
  const width = Math.min(WIDEST_BAR, slot * 0.8);
  const tall = (rows: number) => ((FLOOR - TOP) * rows) / most;
  const total = (name: 'direct' | 'hearsay') => bars.reduce((sum, bar) => sum + bar[name], 0);
  const totals = { direct: total('direct'), hearsay: total('hearsay') };
  return (
    <figure className={classes.chart}>
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        role="img"
        aria-label={t(`life.chart.${unit}`, { direct: count(totals.direct), hearsay: count(totals.hearsay) })}
      >
        <defs>
          <Hatch id={hatch} />
        </defs>
        <Axes activity={activity} />
        {bars.map((bar) => {
          const x = LEFT + slot * (bar.place + 0.5) - width / 2;
          // What is there shows, however little beside the highest.
          const direct = bar.direct && Math.max(2, tall(bar.direct));
          const hearsay = bar.hearsay && Math.max(2, tall(bar.hearsay));
          return (
            <g key={bar.from}>
              <title>{barWords(unit, bar)}</title>
              <rect className={classes.direct} x={x} y={FLOOR - direct} width={width} height={direct} />
              {hearsay > 0 && (
                <rect
                  className={classes.hearsay}
                  fill={`url(#${hatch})`}
                  x={x}
                  y={FLOOR - direct - hearsay}
                  width={width}
                  height={hearsay}
                />
              )}
            </g>
          );
        })}
      </svg>
      <Key hatch={hatch} unit={unit} />
    </figure>
  );
}

function Hatch({ id }: { id: string }) {
  return (
    <pattern id={id} width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
      <line className={classes.hatch} x1="0" y1="0" x2="0" y2="5" />
    </pattern>
  );
}

function barWords(
  unit: FoldedActivity['unit'],
  bar: { from: string; direct: number; hearsay: number },
): string {
  return t(`life.bar.${unit}`, {
    day: localDate(bar.from, true),
    direct: count(bar.direct),
    hearsay: count(bar.hearsay),
  });
}

function Axes({ activity: { bars, most } }: { activity: FoldedActivity }) {
  const [first, last] = [bars[0]?.from ?? '', bars.at(-1)?.from ?? ''];
  return (
    <g className={classes.axis} aria-hidden="true">
      <line x1={LEFT} x2={WIDTH} y1={FLOOR} y2={FLOOR} />
      <text x={LEFT - 8} y={TOP + 8} textAnchor="end">
        {count(most)}
      </text>
      <text x={LEFT - 8} y={FLOOR} textAnchor="end">
        0
      </text>
      <text x={LEFT} y={HEIGHT - 4}>
        {localDate(first, true)}
      </text>
      {last !== first && (
        <text x={WIDTH} y={HEIGHT - 4} textAnchor="end">
          {localDate(last, true)}
        </text>
      )}
    </g>
  );
}

function Key({ hatch, unit }: { hatch: string; unit: FoldedActivity['unit'] }) {
  return (
    <figcaption className={classes.key}>
      <span>
        <svg viewBox="0 0 14 14" aria-hidden="true">
          <rect className={classes.direct} width="14" height="14" />
        </svg>
        {t('life.direct')}
      </span>
      <span>
        <svg viewBox="0 0 14 14" aria-hidden="true">
          <rect className={classes.hearsay} fill={`url(#${hatch})`} x="0.5" y="0.5" width="13" height="13" />
        </svg>
        {t('life.hearsay')}
      </span>
      <span className="soft">{t(`life.per.${unit}`)}</span>
    </figcaption>
  );
}
