/** What the node can do and how it does, for its administrators. The nodes of an exercise are not looked at: they are ready. */
import { Type } from 'typebox';
import type { App } from '#access/http.ts';
import { CHECKS, type Condition } from '#assembly/condition/types.ts';
import type { ConditionWatch } from '#assembly/condition/watch.ts';

const closed = { additionalProperties: false } as const;

export const ConditionView = Type.Object(
  {
    standing: Type.Enum(['ready', 'degraded', 'read-only', 'unavailable']),
    at: Type.String({ format: 'date-time' }),
    checks: Type.Array(
      Type.Object(
        {
          name: Type.Enum([...CHECKS]),
          state: Type.Enum(['ok', 'degraded', 'failed']),
          says: Type.String(),
        },
        closed,
      ),
    ),
    /** Null while the database does not answer. */
    figures: Type.Union([Type.Record(Type.String(), Type.Union([Type.Number(), Type.Null()])), Type.Null()]),
  },
  closed,
);

export function conditionRoutes(app: App, watch: ConditionWatch | undefined): void {
  app.get('/condition', { schema: { response: { 200: ConditionView } } }, async () => {
    const { condition, figures = null } = watch ? await watch.look() : unwatched();
    const checks = condition.checks.map((check) => ({ ...check }));
    return { ...condition, checks, figures: figures && { ...figures } };
  });
}

function unwatched(): { condition: Condition; figures: null } {
  return { condition: { standing: 'ready', at: new Date().toISOString(), checks: [] }, figures: null };
}
