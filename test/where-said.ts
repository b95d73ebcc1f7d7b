/** Looking through a node for words that must not be there any more. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'kysely';
import type { NodeContext } from '#platform/context.ts';

/** Every place of a node that says it: columns of its database, names and bytes of its files. */
export async function whereSaid(ctx: Pick<NodeContext, 'db' | 'paths'>, text: string): Promise<string[]> {
  const found: string[] = [];
  const { rows } = await sql<{ schema: string; table: string }>`
    select table_schema as schema, table_name as "table" from information_schema.tables
    where table_schema not in ('pg_catalog', 'information_schema') and table_type = 'BASE TABLE'`.execute(
    ctx.db,
  );
  for (const { schema, table } of rows) {
    const place = sql.table(`${schema}.${table}`);
    const said = await sql<{ n: number }>`
      select count(*)::int as n from ${place} as one where to_jsonb(one)::text like ${`%${text}%`}`.execute(
      ctx.db,
    );
    if ((said.rows[0]?.n ?? 0) > 0) found.push(`${schema}.${table}`);
  }
  for (const path of await readdir(ctx.paths.home, { recursive: true })) {
    const file = join(ctx.paths.home, path);
    const bytes = (await stat(file)).isFile() ? await readFile(file) : Buffer.alloc(0);
    if (path.includes(text) || bytes.includes(text)) found.push(path);
  }
  return found;
}
