/** Named queries over the lake: answered here as CSV, or printed for an engine that reads the same files. */
import type { Command } from 'commander';
import type { Engine, QueryName } from '#observations/queries/named-queries.ts';
import { choice } from './arguments.ts';
import { addCommand, onOperation } from './commands.ts';
import { type OperationRun, runOnOperation } from './session.ts';
import { counted } from './words.ts';

const QUERIES: Record<QueryName, string> = {
  'rows-by-country-and-day': 'observations and client ids of each country on each day',
  'client-facts': 'what is known of each client id',
  'client-addresses': 'addresses and ports of each client id',
  'file-supply': 'how many client ids supply each file',
  'top-targets': 'the most urgent targets of each country',
  'totals-by-import': 'accepted and refused rows of each import',
};

const ENGINES: Record<Engine, string> = {
  duckdb: 'DuckDB, which Icarus uses itself',
  spark: 'Apache Spark SQL',
};

interface QueryOptions {
  readonly name: QueryName;
  readonly out?: string;
  readonly printSql?: Engine;
}

export function queryCommand(observations: Command): void {
  onOperation(
    addCommand(
      observations,
      'query',
      'answer a named query from all observations, or print it for another engine',
      [
        'icarus observations query --name file-supply --out files.csv',
        'icarus observations query --name client-facts --print-sql spark > facts.sql',
      ],
    ),
  )
    .addOption(choice('--name <query>', 'which query', QUERIES).makeOptionMandatory())
    .option('--out <file>', 'CSV file for the answer')
    .addOption(choice('--print-sql <engine>', 'print the SQL over this lake and answer nothing', ENGINES))
    .action((options: QueryOptions, command: Command) =>
      runOnOperation(command, (run) => query(run, options)),
    );
}

async function query(run: OperationRun, { name, out: csvPath, printSql }: QueryOptions): Promise<void> {
  const { node, actor, operation, out, signal } = run;
  const { answerQuery, queryFor } = await import('#observations/queries/answer.ts');
  const request = { operationId: operation.operationId, name, signal };
  if (printSql) {
    const sql = await queryFor(node.ctx, actor, { ...request, engine: printSql });
    out.result({ name, engine: printSql, sql }, `${sql};`);
    return;
  }
  if (!csvPath) {
    const { IcarusError } = await import('#core/errors.ts');
    throw new IcarusError('cli/usage', {
      reason: 'Say where the answer goes with --out FILE, or ask for the SQL with --print-sql.',
      command: 'icarus observations query',
    });
  }
  const rows = await answerQuery(node.ctx, actor, { ...request, csvPath });
  out.result({ name, rows, path: csvPath }, `${counted(rows, 'row')} in ${csvPath}.`);
}
