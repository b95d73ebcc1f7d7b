/** A command that started the embedded database does not take it from a server that began to use it meanwhile. */
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { openDatabase } from '#platform/database.ts';

/** Connections that this process has closed are gone within this time. */
const CLOSING_MS = 500;
const POLL_MS = 25;

/** Is anybody else connected to the server at `adminUrl`? False where it does not answer any more. */
export async function usedByOthers(adminUrl: string): Promise<boolean> {
  const db = openDatabase({ url: adminUrl, role: 'owner', poolSize: 1 });
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
