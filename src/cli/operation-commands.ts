/** Beginning an operation, and seeing which are here. */
import { type Command, InvalidArgumentError } from 'commander';
import { authorize, decide } from '#access/policy.ts';
import { countryName } from '#core/countries.ts';
import { IcarusError } from '#core/errors.ts';
import type { HandlingCode } from '#core/handling.ts';
import { type AgencyId, newId, type OperationId } from '#core/ids.ts';
import type { Operation, Participant } from '#operations/types.ts';
import { agency, country, eachOf, handlingCode, instant, jsonFile, wholeNumber } from './arguments.ts';
import { checkedValue } from './checked-file.ts';
import { addCommand } from './commands.ts';
import { theOperation, visibleOperations } from './operation-choice.ts';
import { table, tableOr } from './output.ts';
import { type NodeRun, runOnNode } from './session.ts';
import { facts, shownTime } from './words.ts';

export function operationCommands(program: Command): void {
  const operation = addCommand(
    program,
    'operation',
    'operations: who leads, who coordinates, who takes part',
    'icarus operation list',
  );
  createCommand(operation);
  addCommand(operation, 'list', 'list your operations', 'icarus operation list --json').action(
    (_options: object, command: Command) => runOnNode(command, list),
  );
  addCommand(operation, 'show [name]', 'show an operation', 'icarus operation show Icarus').action(
    (name: string | undefined, _options: object, command: Command) =>
      runOnNode(command, (run) => show(run, name)),
  );
}

interface CreateOptions {
  readonly file?: string;
  readonly codeName?: string;
  readonly lead?: AgencyId;
  readonly coordinator?: AgencyId;
  readonly participant?: readonly Participant[];
  readonly start?: Date;
  readonly handling?: readonly HandlingCode[];
  readonly handlingText: string;
  readonly hours: number;
  readonly exercise: boolean;
}

function createCommand(operation: Command): void {
  addCommand(operation, 'create', "begin an operation, on the lead's node", [
    'icarus operation create --code-name Icarus --lead dk --coordinator europol \\',
    '    --participant mt:MT --participant hr:HR --start 2011-08-08T00:00Z --handling H0',
    'icarus operation create --file icarus.json',
  ])
    .option('--file <file>', 'take everything from a JSON file, as `icarus operation show --json` prints it')
    .option('--code-name <name>', 'its code name')
    .option('--lead <agency>', 'the agency that observes and makes the packages', agency)
    .option('--coordinator <agency>', 'the agency that carries messages and collects results', agency)
    .option(
      '--participant <agency:country>',
      'an agency that gets a package; may stand again',
      eachOf(participant),
    )
    .option('--start <time>', 'when it began', instant)
    .option('--handling <code>', 'H0, H1, H2 or H3; may stand again', eachOf(handlingCode))
    .option('--handling-text <text>', 'the restriction in words, with H3', '')
    .option('--hours <n>', 'from release of the packages to the last receipt', wholeNumber, 24)
    .option('--exercise', 'every screen and document says so', false)
    .action((options: CreateOptions, command: Command) => runOnNode(command, (run) => create(run, options)));
}

async function create({ node, actor, out }: NodeRun, options: CreateOptions): Promise<void> {
  const { createOperation } = await import('#operations/create.ts');
  const draft = options.file === undefined ? draftOf(options) : await draftFrom(options.file);
  const created = await createOperation(node.ctx, actor, draft);
  const { toDocument } = await import('#operations/types.ts');
  out.result(toDocument(created), [
    `Operation ${created.codeName} is ${created.operationId}.`,
    'Give officers their roles on it with `icarus officer grant`.',
  ]);
}

/** The document as a file holds it. An id in it is another node's: the operation gets its own. */
async function draftFrom(path: string): Promise<Omit<Operation, 'operationId'>> {
  const { fromDocument, OperationDocument } = await import('#operations/types.ts');
  const given = await jsonFile(path);
  const operationId = newId<OperationId>('operation', new Date(0));
  const document = typeof given === 'object' && given !== null ? { ...given, operationId } : given;
  return fromDocument(await checkedValue(path, OperationDocument, document));
}

function draftOf(options: CreateOptions): Omit<Operation, 'operationId'> {
  const { handling = [], handlingText } = options;
  return {
    codeName: named(options.codeName, '--code-name'),
    lead: named(options.lead, '--lead'),
    coordinator: named(options.coordinator, '--coordinator'),
    participants: options.participant ?? [],
    startedAt: named(options.start, '--start'),
    endedAt: null,
    handling: { codes: [...new Set(handling)].sort(), text: handlingText },
    disseminationHours: options.hours,
    exercise: options.exercise,
  };
}

function participant(text: string): Participant {
  const [agencyId = '', code = '', more] = text.split(':');
  if (code === '' || more !== undefined)
    throw new InvalidArgumentError('Give an agency and its country, as mt:MT.');
  return { agencyId: agency(agencyId), country: country(code) };
}

function named<T>(value: T | undefined, option: string): T {
  if (value !== undefined) return value;
  throw new IcarusError('cli/usage', {
    reason: `${option} is missing; or give everything in a file with --file.`,
    command: 'icarus operation create',
  });
}

async function list({ node, actor, out }: NodeRun): Promise<void> {
  const { toDocument } = await import('#operations/types.ts');
  const operations = await visibleOperations(node.ctx.db, actor);
  const rows = operations.map((one) => [
    one.exercise ? `${one.codeName} (exercise)` : one.codeName,
    one.lead,
    one.coordinator,
    one.participants.length,
    shownTime(one.startedAt),
    one.operationId,
  ]);
  out.result(
    operations.map(toDocument),
    tableOr(
      'No operation is here, or you have a role on none.',
      ['code name', 'lead', 'coordinator', 'countries', 'began', 'id'],
      rows,
    ),
  );
}

async function show({ node, actor, out }: NodeRun, name: string | undefined): Promise<void> {
  const { toDocument } = await import('#operations/types.ts');
  const one = theOperation(await visibleOperations(node.ctx.db, actor), name);
  if (!decide(actor, 'node.administer', {}).allowed)
    authorize(actor, 'operations.read', { operationId: one.operationId });
  out.result(toDocument(one), [
    ...facts([
      ['operation', `${one.codeName}${one.exercise ? ' (exercise)' : ''}`],
      ['id', one.operationId],
      ['lead', one.lead],
      ['coordinator', one.coordinator],
      ['began', shownTime(one.startedAt)],
      ['ended', one.endedAt === null ? null : shownTime(one.endedAt)],
      ['handling', [...one.handling.codes, one.handling.text].filter((part) => part !== '').join(' ')],
      ['dissemination', `within ${one.disseminationHours} hours`],
    ]),
    '',
    ...table(
      ['country', 'agency'],
      one.participants.map((each) => [countryName(each.country), each.agencyId]),
    ),
  ]);
}
