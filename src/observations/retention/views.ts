/** How rules and curves are shown over HTTP and by the command line. Pure. */
import {
  bestOf,
  type CurvePoint,
  type CurveScope,
  costOfWaiting,
  type DayRange,
  dateOfDay,
  pointsOf,
} from './curve.ts';
import { curveWords, nextDispatch } from './curve-words.ts';
import type { CurveState, KeptCurve } from './freeze-curve.ts';
import type { RetentionRule, RetentionRuleContent } from './rule-types.ts';
import type { CurvePointView, CurveView, RuleContentBody, RuleView } from './schemas.ts';

export function ruleView(rule: RetentionRule): RuleView {
  return {
    ...rule,
    inForceFrom: dayText(rule.inForceFrom),
    inForceUntil: dayText(rule.inForceUntil),
    verifiedOn: dayText(rule.verifiedOn),
    enteredAt: rule.enteredAt.toISOString(),
  };
}

/** What a person entered, with empty words taken for none. */
export function contentOf(body: RuleContentBody): RetentionRuleContent {
  const orNull = (text: string | null) => text?.trim() || null;
  return {
    ...body,
    operator: orNull(body.operator),
    verifiedBy: orNull(body.verifiedBy),
    inForceFrom: dayOf(body.inForceFrom),
    inForceUntil: dayOf(body.inForceUntil),
    verifiedOn: dayOf(body.verifiedOn),
  };
}

function dayOf(text: string | null): Date | null {
  return text === null ? null : new Date(`${text}T00:00:00Z`);
}

function dayText(at: Date | null): string | null {
  return at?.toISOString().slice(0, 10) ?? null;
}

function pointView({ day, ...counts }: CurvePoint): CurvePointView {
  return { day: dateOfDay(day).toISOString().slice(0, 10), ...counts };
}

/** The scope of a country (`none`: not attributed), or of all together; empty where no target was seen there. */
export function scopeOfCountry(curve: Pick<KeptCurve, 'scopes'>, country: string | undefined): CurveScope {
  const wanted = country === 'none' ? null : country;
  return (
    curve.scopes.find((scope) =>
      wanted === undefined ? scope.everywhere : !scope.everywhere && scope.country === wanted,
    ) ?? { country: wanted ?? null, everywhere: wanted === undefined, targets: 0, changes: [] }
  );
}

export interface CurveChoice {
  readonly country?: string | undefined;
  readonly range?: DayRange;
  readonly now: Date;
}

/** The curve of a country, or of all together, with the best day of its range. */
export function chosenCurve(curve: KeptCurve, { country, range, now }: CurveChoice) {
  const scope = scopeOfCountry(curve, country);
  const points = pointsOf(scope, range);
  const best = bestOf(points);
  const today = nextDispatch(now);
  const [next] = pointsOf(scope, { from: today, to: today });
  return {
    scope,
    points,
    today,
    words: curveWords(scope, { best, today }),
    view: {
      computedAt: curve.computedAt.toISOString(),
      targets: scope.targets,
      points: points.map(pointView),
      best: best ? pointView(best) : null,
      next: {
        day: dateOfDay(today).toISOString().slice(0, 10),
        identifiable: next?.identifiable ?? 0,
        costOfWaiting: costOfWaiting(scope, today),
      },
    },
  };
}

export function curveView(
  { curve, stale, work }: CurveState,
  { transitDays, ...choice }: CurveChoice & { readonly transitDays: number },
): CurveView {
  const shown = curve && chosenCurve(curve, choice);
  return {
    transitDays,
    work:
      work && work.state !== 'done'
        ? { state: work.state, share: work.share, errorCode: work.errorCode }
        : null,
    curve: shown && {
      ...shown.view,
      stale,
      words: shown.words,
      countries: countriesOf(curve.scopes),
    },
  };
}

function countriesOf(scopes: readonly CurveScope[]) {
  return scopes
    .filter(({ everywhere }) => !everywhere)
    .map((scope) => {
      const best = bestOf(pointsOf(scope));
      return { country: scope.country, targets: scope.targets, best: best ? pointView(best) : null };
    });
}
