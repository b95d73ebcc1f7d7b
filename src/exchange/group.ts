/**
 * One transaction for what many ask for at the same time. Who comes first is served at once; while a group is at
 * work, and for a moment after it, the next one gathers, so that a busy node makes one commit for dozens of messages.
 */
import { isNotConnected } from '#core/database-failure.ts';
import { isIcarusError } from '#core/errors.ts';

/** Most of one group: a group that fails is done again one by one. */
const MOST = 64;
/** How long the next group gathers after one that is done. */
const REST_MS = 4;

/**
 * @param act does all of a group and returns one result for each, in order. It is called again with each alone
 *   where it failed for several, so one that cannot be done fails alone. An error that is not ours leaves open whether the
 *   group was committed, and stays the answer where the database is away afterwards. Never runs twice at once
 * @param options `restMs`: how long the next group gathers after one that is done
 * @returns a function that does one, whenever its group is done
 */
export function inGroups<Item, Result>(
  act: (items: readonly Item[]) => Promise<readonly Result[]>,
  { restMs = REST_MS }: { readonly restMs?: number } = {},
): (item: Item) => Promise<Result> {
  interface Waiting {
    readonly item: Item;
    readonly done: PromiseWithResolvers<Result>;
  }
  let waiting: Waiting[] = [];
  let running = false;

  async function settle(group: readonly Waiting[], unsure?: unknown): Promise<void> {
    try {
      const results = await act(group.map(({ item }) => item));
      group.forEach(({ done }, index) => done.resolve(results[index] as Result));
    } catch (error) {
      const [only, ...more] = group;
      // The group may have been committed: that nothing could be begun now does not undo it.
      const away = isNotConnected(error) && unsure !== undefined;
      if (only && more.length === 0) return only.done.reject(away ? unsure : error);
      for (const one of group) await settle([one], isIcarusError(error) ? undefined : error);
    }
  }

  async function run(): Promise<void> {
    running = true;
    while (waiting.length > 0) {
      const group = waiting.slice(0, MOST);
      waiting = waiting.slice(MOST);
      await settle(group);
      await new Promise<void>((done) => setTimeout(done, restMs));
    }
    running = false;
  }

  return (item) => {
    const done = Promise.withResolvers<Result>();
    waiting.push({ item, done });
    // What else arrives in this turn of the event loop belongs to the same group.
    if (!running) {
      running = true;
      setImmediate(() => void run());
    }
    return done.promise;
  };
}
