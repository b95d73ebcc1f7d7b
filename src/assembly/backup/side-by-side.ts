/** Files on their way to the disk beside each other: one waits for the disk while the next is read and encrypted. */
import { syncing } from '#platform/durable-file.ts';

/**
 * Does `act` for each, several at once. After a failure no further one is begun; those under way are waited for.
 * @throws what the first one that failed threw, or the signal's reason
 */
export async function sideBySide<T>(
  all: readonly T[],
  act: (one: T) => Promise<void>,
  signal: AbortSignal | undefined,
): Promise<void> {
  const underWay = syncing();
  let hasFailed = false;
  for (const one of all) {
    if (hasFailed || signal?.aborted) break;
    await underWay.add(async () => {
      try {
        await act(one);
      } catch (error) {
        hasFailed = true;
        throw error;
      }
    });
  }
  await underWay.done();
  signal?.throwIfAborted();
}
