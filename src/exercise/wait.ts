/** Waiting for what comes over the exchange or from the job queue, and expecting refusals. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { OpenNode } from '#assembly/open-node.ts';
import type { ErrorCode } from '#core/error-codes.ts';
import type { OperationId } from '#core/ids.ts';
import { deliveries } from '#exchange/deliveries.ts';
import { isRefusal } from './http.ts';

const ASK_AGAIN_MS = 100;

/** Asks again and again until there is an answer. @throws the signal's reason, and whatever `ask` throws */
export async function until<T>(signal: AbortSignal, ask: () => Promise<T | undefined>): Promise<T> {
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    await sleep(ASK_AGAIN_MS, undefined, { signal });
  }
}

export interface Sender {
  readonly node: OpenNode;
  readonly operationId: OperationId;
  readonly signal: AbortSignal;
}

/** Waits for what a message of the node's brings about; a message that was refused ends the waiting. */
export async function untilArrived<T>(sender: Sender, ask: () => Promise<T | undefined>): Promise<T> {
  const { ctx } = sender.node;
  return until(sender.signal, async () => {
    const answer = await ask();
    if (answer !== undefined) return answer;
    const all = await deliveries(ctx.db, sender.operationId, ctx.clock.now());
    const refused = all.find(({ state }) => state === 'refused');
    if (refused) throw new Error(`${refused.recipient} refused a message: ${refused.kind}, ${refused.code}`);
    return undefined;
  });
}

/** Does what must be refused and returns the refusal's sentence. @throws when it is done, or refused otherwise */
export async function refusalOf(code: ErrorCode, act: () => Promise<unknown>): Promise<string> {
  try {
    await act();
  } catch (error) {
    if (isRefusal(error, code)) return error.message;
    throw error;
  }
  throw new Error(`this should have been refused: ${code}`);
}
