/** A command that started the embedded database does not take it from a server that began to use it meanwhile. */
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import type { DatabaseServer } from '#assembly/database-server.ts';
import { openDatabase } from '#platform/database.ts';

/** Connections that this process has closed are gone within this time. */
const CLOSING_MS = 500;
const POLL_MS = 25;

/** Is anybody else connected to the embedded server? False where it does not answer any more, and of one that is not ours. */
export async function usedByOthers(server: DatabaseServer): Promise<boolean> {
  if (!server.embedded) return false;
  const db = openDatabase({ url: server.requireOwner(), role: 'owner', poolSize: 1 });
  try {
    for (let waitedMs = 0; ; waitedMs += POLL_MS) {
      const { rows } = await sql<{ others: number }>`
        select count(*)::int as others from pg_stat_activity
        where backend_type = 'client backend' and pid <> pg_backend_pid()`.execute(db);
      if (rows[0]?.others === 0) return false;
      if (waitedMs >= CLOSING_MS) return true;
      await sleep(POLL_MS);
    }
  } catch {
    return false;
  } finally {
    await db.destroy();
  }
}
