/** What this agency knows already, the hits with it, their decisions and the networks that they make. */
import type { Command } from 'commander';
import { authorize, authorizeOnNode } from '#access/policy.ts';
import type { CountryCode } from '#core/countries.ts';
import type { MatchedCategory } from '#core/data-subjects.ts';
import type { Evaluation, HandlingCode } from '#core/handling.ts';
import type { Decision } from '#crossmatch/hit.ts';
import type { SuspectInput } from '#crossmatch/send-selectors.ts';
import type { HitId } from '#crossmatch/types.ts';
import { choice, country, eachOf, evaluation, handlingCode, jsonFile, wholeNumber } from './arguments.ts';
import { checkedFile } from './checked-file.ts';
import { closedFor } from './closed-persons.ts';
import { addCommand, onOperation } from './commands.ts';
import { tableOr } from './output.ts';
import { withProgress } from './progress.ts';
import { type NodeRun, type OperationRun, runOnNode, runOnOperation } from './session.ts';
import { counted, facts, shownTime } from './words.ts';

const CATEGORIES: Record<MatchedCategory, string> = {
  suspect: 'suspected of an offence',
  convicted: 'convicted of one',
  'potential-offender': 'may commit one',
};
const DECISIONS: Record<Decision, string> = {
  same: 'both sides are the same person or thing',
  'not-same': 'they are not',
  unsure: 'it cannot be said yet',
};
const STATES = { undecided: 'nobody has decided', ...DECISIONS };

interface ImportOptions {
  readonly mapping: string;
  readonly source: string;
  readonly category: MatchedCategory;
  readonly evaluation: Evaluation;
  readonly handling?: readonly HandlingCode[];
  readonly handlingText: string;
}

interface ListOptions {
  readonly state?: keyof typeof STATES;
  readonly country?: CountryCode;
  readonly limit: number;
}

interface DecideOptions {
  readonly decision: Decision;
  readonly reason: string;
  readonly seenVersion: number;
}

export function crossmatchCommands(program: Command): void {
  holdingsCommands(addCommand(program, 'holdings', 'what this agency knows already', 'icarus holdings list'));
  onOperation(
    addCommand(
      addCommand(
        program,
        'selectors',
        "selectors of this country's suspects",
        'icarus selectors send suspects.json',
      ),
      'send <file>',
      'send selectors of suspects to the coordinator, to be matched: a JSON list',
      'icarus selectors send suspects.json --operation Icarus',
    ),
  ).action((file: string, _options: object, command: Command) =>
    runOnOperation(command, (run) => sendSuspects(run, file)),
  );
  hitCommands(
    addCommand(program, 'hits', 'equal selectors on two sides', 'icarus hits list --state undecided'),
  );
  onOperation(
    addCommand(program, 'networks', 'what confirmed hits connect, known networks first', 'icarus networks'),
  ).action((_options: object, command: Command) => runOnOperation(command, listNetworks));
}

function holdingsCommands(holdings: Command): void {
  addCommand(
    holdings,
    'import <file>',
    'import a CSV file; the same file by the same mapping twice changes nothing',
    'icarus holdings import known.csv --mapping known.json --source "case system" --category suspect --evaluation A1',
  )
    .requiredOption('--mapping <file>', 'which column holds which selector, as JSON')
    .requiredOption('--source <name>', 'the system that it comes from')
    .addOption(choice('--category <kind>', 'of all its persons', CATEGORIES).makeOptionMandatory())
    .requiredOption('--evaluation <4x4>', 'source A, B, C or X and information 1 to 4', evaluation)
    .option('--handling <code>', 'H0, H1, H2 or H3; may stand again', eachOf(handlingCode))
    .option('--handling-text <text>', 'the restriction in words, with H3', '')
    .action((file: string, options: ImportOptions, command: Command) =>
      runOnNode(command, (run) => importFile(run, file, options)),
    );
  addCommand(holdings, 'list', 'list the imports', 'icarus holdings list').action(
    (_options: object, command: Command) => runOnNode(command, listHoldings),
  );
}

function hitCommands(hits: Command): void {
  onOperation(addCommand(hits, 'list', 'list hits with their reasons', 'icarus hits list --state undecided'))
    .addOption(choice('--state <state>', 'only those', STATES))
    .option('--country <code>', 'of either side', country)
    .option('--limit <n>', 'how many, newest first', wholeNumber, 50)
    .action((options: ListOptions, command: Command) =>
      runOnOperation(command, (run) => listHits(run, options)),
    );
  onOperation(
    addCommand(
      hits,
      'decide <hit>',
      'decide whether both sides are the same; a change of mind is one more decision',
      'icarus hits decide hit_01… --decision same --reason "same phone and same address in July"',
    ),
  )
    .addOption(choice('--decision <word>', 'what you found', DECISIONS).makeOptionMandatory())
    .requiredOption('--reason <words>', 'why')
    .option('--seen-version <n>', 'the decision that you saw; 0 for none', wholeNumber, 0)
    .action((id: string, options: DecideOptions, command: Command) =>
      runOnOperation(command, (run) => decide(run, id as HitId, options)),
    );
}

async function importFile(run: NodeRun, path: string, options: ImportOptions): Promise<void> {
  const { node, actor, out, signal } = run;
  const [{ importHoldings }, { readMapping }] = await Promise.all([
    import('#crossmatch/import.ts'),
    import('#crossmatch/mapping.ts'),
  ]);
  const mapping = readMapping(await jsonFile(options.mapping));
  const result = await withProgress('Importing holdings', (bar) =>
    importHoldings(node.ctx, actor, {
      path,
      mapping,
      source: options.source,
      evaluation: options.evaluation,
      handling: { codes: options.handling ?? [], text: options.handlingText },
      dataSubjectCategory: options.category,
      signal,
      onProgress: ({ bytes, totalBytes }) => bar.update(bytes, totalBytes, 'bytes'),
    }),
  );
  const { importId, rowsRead, rowsRefused, holdings, selectors } = result.import;
  out.result(result, [
    result.alreadyImported
      ? `This file was imported before, as ${importId}. Nothing was changed.`
      : `Imported as ${importId}; matching runs as a job of the node.`,
    ...facts([
      ['rows read', rowsRead],
      ['refused', rowsRefused],
      ['holdings', holdings],
      ['selectors', selectors],
    ]),
  ]);
}

async function listHoldings({ node, actor, out }: NodeRun): Promise<void> {
  const { listImports } = await import('#crossmatch/holdings-store.ts');
  authorizeOnNode(actor, 'crossmatch.read');
  const imports = await listImports(node.ctx.db);
  out.result(
    imports,
    tableOr(
      'No holdings were imported.',
      ['import', 'source', 'category', 'holdings', 'selectors', 'imported'],
      imports.map((one) => [
        one.importId,
        one.source,
        one.category,
        one.holdings,
        one.selectors,
        shownTime(one.importedAt),
      ]),
    ),
  );
}

async function sendSuspects({ node, actor, operation, out }: OperationRun, path: string): Promise<void> {
  const [{ sendSelectors }, { SendSelectorsBody }] = await Promise.all([
    import('#crossmatch/send-selectors.ts'),
    import('#crossmatch/schemas.ts'),
  ]);
  const suspects = await checkedFile(path, SendSelectorsBody.properties.suspects);
  const sent = await sendSelectors(node.ctx, actor, {
    operationId: operation.operationId,
    suspects: suspects as readonly SuspectInput[],
  });
  out.result(
    sent,
    `In the outbox as ${sent.messageId}: ${counted(sent.selectors, 'selector')} of ${counted(sent.suspects, 'suspect')}.`,
  );
}

async function listHits(run: OperationRun, options: ListOptions): Promise<void> {
  const { node, actor, operation, out } = run;
  const [{ countHits, hitsPage }, { hitRow }] = await Promise.all([
    import('#crossmatch/hit-store.ts'),
    import('#crossmatch/rows.ts'),
  ]);
  authorize(actor, 'crossmatch.read', operation);
  const { limit, state, country: ofCountry } = options;
  const without = await closedFor(run, { matched: false });
  const filter = { operationId: operation.operationId, state, country: ofCountry, without };
  const now = node.ctx.clock.now();
  const { shown: total, withheld } = await countHits(node.ctx.db, filter, now);
  const rows = (await hitsPage(node.ctx.db, filter, now, { sort: 'found', offset: 0, limit })).map(hitRow);
  out.result({ rows, total, withheld }, [
    ...(rows.length === 0 ? ['No hit is there.'] : []),
    ...rows.flatMap((hit) => [
      `${hit.hitId}  ${hit.current?.decision ?? 'undecided'}${hit.grownSince ? ', grown since' : ''}, ${hit.standing}`,
      `    ${hit.reason}`,
    ]),
    ...(total > rows.length ? [`${rows.length.toLocaleString('en-GB')} of ${counted(total, 'hit')}.`] : []),
    ...(withheld > 0 ? [`${counted(withheld, 'further hit')} concern minors and are not shown.`] : []),
  ]);
}

async function decide(run: OperationRun, hitId: HitId, options: DecideOptions): Promise<void> {
  const { node, actor, operation, out } = run;
  const { decideHit } = await import('#crossmatch/decide.ts');
  const decided = await decideHit(node.ctx, actor, { operationId: operation.operationId, hitId, ...options });
  out.result({ hitId, ...decided }, `${hitId}: ${decided.decision}, version ${decided.version}.`);
}

async function listNetworks(run: OperationRun): Promise<void> {
  const { node, actor, operation, out } = run;
  const [{ networks }, { networkRow }] = await Promise.all([
    import('#crossmatch/networks.ts'),
    import('#crossmatch/rows.ts'),
  ]);
  authorize(actor, 'crossmatch.read', operation);
  const without = await closedFor(run, { matched: false });
  const { operationId } = operation;
  const rows = await networks(node.ctx.db, { operationId, without }, node.ctx.clock.now());
  out.result(
    rows.map(networkRow),
    tableOr(
      'No hit is confirmed, so there is no network.',
      ['network', 'kind', 'persons', 'countries', 'hits', 'name'],
      rows.map((one) => [
        one.networkId,
        one.kind,
        one.persons,
        one.countries.join(', '),
        one.hits.length,
        one.names.join(', '),
      ]),
    ),
  );
}
