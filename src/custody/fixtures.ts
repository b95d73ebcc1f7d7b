/** For tests: a log on a database of its own, with a key and a clock. */
import type { AgencyId } from '#core/ids.ts';
import type { NodeContext } from '#platform/context.ts';
import { createLog } from '#platform/log.ts';
import { type TestDatabase, testDatabase } from '#test/database.ts';
import { type TestClock, testClock } from '#test/nodes.ts';
import { generateLogKey, logSignerFrom } from './log-key.ts';
import { recordEvent } from './record.ts';

export interface TestLog extends AsyncDisposable {
  readonly database: TestDatabase;
  readonly clock: TestClock;
  readonly ctx: Pick<NodeContext, 'db' | 'clock' | 'keys' | 'log' | 'node'>;
  /** Records events about these things, each in a transaction of its own. @returns their leaves, hex */
  record(...ids: readonly string[]): Promise<string[]>;
}

export async function testLog(agencyId = 'dk'): Promise<TestLog> {
  const database = await testDatabase();
  const clock = testClock();
  const log = logSignerFrom(generateLogKey(agencyId as AgencyId));
  const keys = { log } as NodeContext['keys'];
  const node = { agencyId: agencyId as AgencyId, name: agencyId, country: null };
  return {
    database,
    clock,
    ctx: { db: database.db, clock, keys, node, log: createLog({ level: 'silent' }) },
    async record(...ids) {
      const leaves: string[] = [];
      for (const id of ids) {
        const recorded = await database.db.transaction().execute((tx) =>
          recordEvent(tx, {
            at: clock.now(),
            kind: 'officer.added',
            actor: 'officer_1',
            subject: { kind: 'thing', id },
          }),
        );
        leaves.push(recorded.leafHash);
      }
      return leaves;
    },
    [Symbol.asyncDispose]: () => database[Symbol.asyncDispose](),
  };
}
