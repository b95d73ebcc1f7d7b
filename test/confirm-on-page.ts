/** For tests: an officer confirms a terminal as he does on the page (src/server/terminal-sign-in.test.ts). */
import { confirmTerminal } from '#access/command/terminal.ts';
import { beginSession, sessionById } from '#access/sign-in/sessions.ts';
import { openNode } from '#assembly/open-node.ts';
import { systemClock } from '#core/clock.ts';
import type { OfficerId } from '#core/ids.ts';
import { createLog } from '#platform/log.ts';

export async function confirmOnPage(
  { home, databaseUrl }: { readonly home: string; readonly databaseUrl: string },
  officerId: OfficerId,
  code: string,
): Promise<void> {
  const open = await openNode({
    home,
    databaseUrl,
    clock: systemClock,
    log: createLog({ level: 'silent' }),
    config: { messageLimitBytes: 1e9, deliveryTimeoutMs: 2000, queryMemoryBytes: 1e8 },
    work: false,
  });
  try {
    const by = { way: 'desk' } as const;
    const { db } = open.ctx;
    const { sessionId } = await db
      .transaction()
      .execute((tx) => beginSession(tx, { officerId, by, device: 'page', hours: 1 }));
    const session = await sessionById(db, sessionId);
    if (session) await confirmTerminal(open.ctx, session, code);
  } finally {
    await open.close();
  }
}
