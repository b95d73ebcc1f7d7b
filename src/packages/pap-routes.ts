/** Levels (PAP) over HTTP: what may be done with a message that came, and asking its provider for more. */
import { type Static, Type } from 'typebox';
import { type App, actorOf } from '#access/http.ts';
import type { MessageId, OperationId } from '#core/ids.ts';
import { PAP_ACTS } from '#core/pap.ts';
import { ConditionsDocument, Pap } from '#correspondence/document.ts';
import { conditionsView } from '#correspondence/views.ts';
import { DEADLINE_RULES, type DeadlineKind } from '#exchange/deadlines.ts';
import type { NodeContext } from '#platform/context.ts';
import { askForLeave, papOf } from './pap.ts';
import { OperationParams } from './schemas.ts';

const closed = { additionalProperties: false } as const;
const MessageIdText = Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9_-]{2,63}$' });
const Time = Type.String({ format: 'date-time' });
const Act = Type.Enum([...PAP_ACTS]);

const MessageParams = Type.Object({ ...OperationParams.properties, messageId: MessageIdText }, closed);

const LeaveBody = Type.Object(
  {
    messageId: MessageIdText,
    act: Act,
    /** Why it is to be done; the provider reads it. */
    purpose: Type.String({ minLength: 1, maxLength: 2000 }),
    deadline: Type.Enum(Object.keys(DEADLINE_RULES) as DeadlineKind[]),
  },
  closed,
);
export type PapLeaveBody = Static<typeof LeaveBody>;

const PapView = Type.Object(
  {
    messageId: MessageIdText,
    pap: Pap,
    provider: Type.String(),
    acts: Type.Array(
      Type.Object(
        {
          act: Act,
          allowed: Type.Boolean(),
          /** When its provider was asked; null: he was not. */
          askedAt: Type.Union([Time, Type.Null()]),
          granted: Type.Union([Type.Boolean(), Type.Null()]),
          conditions: Type.Union([ConditionsDocument, Type.Null()]),
        },
        closed,
      ),
    ),
  },
  closed,
);
export type PapView = Static<typeof PapView>;

/** The query that was sent. */
const AskedView = Type.Object({ queryId: MessageIdText }, closed);
export type PapAskedView = Static<typeof AskedView>;

export function papRoutes(app: App, ctx: NodeContext): void {
  app.get(
    '/operations/:operationId/pap/:messageId',
    { schema: { params: MessageParams, response: { 200: PapView } } },
    async (request) => {
      const { operationId, messageId } = request.params;
      const came = { operationId: operationId as OperationId, messageId: messageId as MessageId };
      const { acts, ...of } = await papOf(ctx, actorOf(request), came);
      return {
        ...of,
        acts: acts.map((act) => ({
          ...act,
          askedAt: act.askedAt?.toISOString() ?? null,
          conditions: act.conditions && conditionsView(act.conditions),
        })),
      };
    },
  );
  app.post(
    '/operations/:operationId/pap',
    { schema: { params: OperationParams, body: LeaveBody, response: { 200: AskedView } } },
    async (request) => {
      const { messageId: queryId } = await askForLeave(ctx, actorOf(request), {
        ...request.body,
        operationId: request.params.operationId as OperationId,
        messageId: request.body.messageId as MessageId,
      });
      return { queryId };
    },
  );
}
