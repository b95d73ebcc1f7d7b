import type { CurvePointView, CurveView } from '#observations/retention/schemas.ts';
import { t } from '#web/messages/messages.ts';
import { count, localDate } from '#web/words/format.ts';
import classes from './curve-chart.module.css';
import { type CurveScale, DRAWING, scaleOf, stepPath } from './curve-geometry.ts';

type Curve = NonNullable<CurveView['curve']>;

/** Identifiable targets by day of dispatch, the best day and the next dispatch marked. The table below says the same. */
export function CurveChart({ curve }: { curve: Curve }) {
  const { points, best, next, words } = curve;
  const [first, last] = [points[0], points.at(-1)];
  if (!first || !last) return <p>{t('curve.nothing')}</p>;
  const scale = scaleOf(points);
  const path = stepPath(points, scale);
  const floor = scale.y(0).toFixed(1);
  const upcoming = points.find(({ day }) => day === next.day);
  return (
    <figure className={classes.chart}>
      <svg
        viewBox={`0 0 ${DRAWING.width} ${DRAWING.height}`}
        role="img"
        aria-label={`${t('curve.chart')}. ${words.join(' ')}`}
      >
        <Axes scale={scale} points={points} />
        <path className={classes.area} d={`${path}V${floor}H${scale.x(first.day).toFixed(1)}Z`} />
        <path className={classes.line} d={path} />
        {upcoming && upcoming.day !== best?.day && (
          <Mark point={upcoming} scale={scale} className={classes.next ?? ''} />
        )}
        {best && <Mark point={best} scale={scale} className={classes.best ?? ''} />}
        <Days points={points} scale={scale} />
      </svg>
      <figcaption>
        {best && (
          <span className={classes.bestKey}>
            {t('curve.bestOn', { day: localDate(best.day, true), count: count(best.identifiable) })}
          </span>
        )}
        <span className={classes.nextKey}>
          {t('curve.nextOn', { day: localDate(next.day, true), count: count(next.identifiable) })}
        </span>
      </figcaption>
    </figure>
  );
}

function Axes({ scale, points }: { scale: CurveScale; points: readonly CurvePointView[] }) {
  const { width, left, right, height, bottom } = DRAWING;
  const [first, last] = [points[0]?.day ?? '', points.at(-1)?.day ?? ''];
  return (
    <g className={classes.axes} aria-hidden="true">
      {scale.levels.map((level) => (
        <g key={level}>
          <line x1={left} x2={width - right} y1={scale.y(level)} y2={scale.y(level)} />
          <text x={left - 6} y={scale.y(level) + 4} textAnchor="end">
            {count(level)}
          </text>
        </g>
      ))}
      {scale.months.length > 1 ? (
        scale.months.map((day) => (
          <text
            key={day}
            x={scale.x(day)}
            y={height - bottom + 18}
            textAnchor={scale.x(day) > width - 3 * left ? 'end' : 'start'}
          >
            {localDate(day, true)}
          </text>
        ))
      ) : (
        <>
          <text x={left} y={height - bottom + 18}>
            {localDate(first, true)}
          </text>
          <text x={width - right} y={height - bottom + 18} textAnchor="end">
            {localDate(last, true)}
          </text>
        </>
      )}
    </g>
  );
}

function Mark({ point, scale, className }: { point: CurvePointView; scale: CurveScale; className: string }) {
  const [x, y] = [scale.x(point.day), scale.y(point.identifiable)];
  return (
    <g className={className} aria-hidden="true">
      <line x1={x} x2={x} y1={DRAWING.top - 8} y2={scale.y(0)} />
      <circle cx={x} cy={y} r="4.5" />
    </g>
  );
}

/** A band a day, seen by nobody, that says its day and number under the pointer. */
function Days({ points, scale }: { points: readonly CurvePointView[]; scale: CurveScale }) {
  const width = (DRAWING.width - DRAWING.left - DRAWING.right) / points.length;
  return (
    <g className={classes.days} aria-hidden="true">
      {points.map(({ day, identifiable }) => (
        <rect
          key={day}
          x={scale.x(day) - width / 2}
          y={DRAWING.top}
          width={width}
          height={DRAWING.height - DRAWING.top - DRAWING.bottom}
        >
          <title>{t('curve.on', { day: localDate(day, true), count: identifiable })}</title>
        </rect>
      ))}
    </g>
  );
}
