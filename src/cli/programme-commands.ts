/** Programmes: the frame in which operations are planned over years. */
import { type Command, InvalidArgumentError } from 'commander';
import { authorizeOnNode } from '#access/policy.ts';
import { countryName } from '#core/countries.ts';
import type { PlanEntryId, Programme, ProgrammeId, ProgrammeMember } from '#operations/programme-types.ts';
import { agency, country, eachOf, month } from './arguments.ts';
import { addCommand, onOperation } from './commands.ts';
import { table, tableOr } from './output.ts';
import { type NodeRun, type OperationRun, runOnNode, runOnOperation } from './session.ts';
import { facts } from './words.ts';

interface CreateOptions {
  readonly purpose: string;
  readonly funding: string;
  readonly member: readonly Omit<ProgrammeMember, 'leads'>[];
  readonly leads: string;
}

export function programmeCommands(program: Command): void {
  const programme = addCommand(
    program,
    'programme',
    'programmes, and the operations that they plan',
    'icarus programme list',
  );
  addCommand(programme, 'create <name>', 'begin a programme', [
    'icarus programme create CIRCAMP --purpose "common operations" --leads "Federal Police" \\',
    '    --member "Federal Police:BE:be" --member "National Police:DK:dk" --member Interpol',
  ])
    .requiredOption('--purpose <words>', 'what it is for')
    .option('--funding <words>', 'who pays', '')
    .requiredOption(
      '--member <name:country:agency>',
      'a member; country and agency where it has them',
      eachOf(member),
    )
    .requiredOption('--leads <name>', 'the member that leads')
    .action((name: string, options: CreateOptions, command: Command) =>
      runOnNode(command, (run) => create(run, name, options)),
    );
  addCommand(programme, 'list', 'list the programmes', 'icarus programme list').action(
    (_options: object, command: Command) => runOnNode(command, list),
  );
  addCommand(
    programme,
    'show <programme>',
    'show members and plan',
    'icarus programme show programme_01…',
  ).action((id: string, _options: object, command: Command) =>
    runOnNode(command, (run) => show(run, id as ProgrammeId)),
  );
  planCommands(programme);
}

function planCommands(programme: Command): void {
  addCommand(
    programme,
    'plan <programme> <title>',
    'add an operation to the plan',
    'icarus programme plan programme_01… "Peer-to-peer networks" --from 2011-01 --to 2011-12',
  )
    .requiredOption('--from <month>', 'first month, as 2011-01', month)
    .requiredOption('--to <month>', 'last month, as 2011-12', month)
    .action((id: string, title: string, options: { from: string; to: string }, command: Command) =>
      runOnNode(command, async ({ node, actor, out }) => {
        const { addPlanEntry } = await import('#operations/programme.ts');
        const entry = { programmeId: id as ProgrammeId, title, ...options };
        const changed = await addPlanEntry(node.ctx, actor, entry);
        out.result(changed, planLines(changed));
      }),
    );
  onOperation(
    addCommand(
      programme,
      'link <programme>',
      'take an operation into the programme',
      'icarus programme link programme_01… --operation Icarus --entry entry_01…',
    ),
  )
    .option('--entry <entry>', 'the entry of the plan that it is')
    .action((id: string, options: { entry?: string }, command: Command) =>
      runOnOperation(command, (run) => link(run, id as ProgrammeId, options.entry)),
    );
}

async function create({ node, actor, out }: NodeRun, name: string, options: CreateOptions): Promise<void> {
  const { createProgramme } = await import('#operations/programme.ts');
  const { purpose, funding } = options;
  const members = options.member.map((one) => ({ ...one, leads: one.name === options.leads }));
  const programme = await createProgramme(node.ctx, actor, { name, purpose, funding, members });
  out.result(programme, `The programme ${name} is ${programme.programmeId}.`);
}

/** `Federal Police:BE:be`; leading is said of one member for all. */
function member(text: string): Omit<ProgrammeMember, 'leads'> {
  const [name = '', code = '', agencyId = ''] = text.split(':');
  if (name === '')
    throw new InvalidArgumentError(
      'Give name, country and agency, as "Federal Police:BE:be"; a name alone will do.',
    );
  return {
    name,
    country: code === '' ? null : country(code),
    agencyId: agencyId === '' ? null : agency(agencyId),
  };
}

async function list({ node, actor, out }: NodeRun): Promise<void> {
  const { listProgrammes } = await import('#operations/programme-store.ts');
  authorizeOnNode(actor, 'meeting.read');
  const programmes = await listProgrammes(node.ctx.db);
  out.result(
    programmes,
    tableOr(
      'No programme is here.',
      ['programme', 'name', 'members', 'planned', 'operations'],
      programmes.map((one) => [
        one.programmeId,
        one.name,
        one.members.length,
        one.plan.length,
        one.operations.length,
      ]),
    ),
  );
}

async function show({ node, actor, out }: NodeRun, programmeId: ProgrammeId): Promise<void> {
  const { requireProgramme } = await import('#operations/programme.ts');
  authorizeOnNode(actor, 'meeting.read');
  const programme = await requireProgramme(node.ctx.db, programmeId);
  out.result(programme, [
    ...facts([
      ['programme', programme.name],
      ['purpose', programme.purpose],
      ['funding', programme.funding || null],
    ]),
    '',
    ...table(
      ['member', 'country', ''],
      programme.members.map(({ name, country, leads }) => [
        name,
        country ? countryName(country) : '-',
        leads ? 'leads' : '',
      ]),
    ),
    '',
    ...planLines(programme),
  ]);
}

function planLines({ plan }: Programme): string[] {
  return tableOr(
    'Nothing is planned yet.',
    ['entry', 'title', 'from', 'to', 'state', 'operation'],
    plan.map((one) => [one.entryId, one.title, one.from, one.to, one.state, one.operationId ?? '-']),
  );
}

async function link(run: OperationRun, programmeId: ProgrammeId, entry: string | undefined): Promise<void> {
  const { node, actor, operation, out } = run;
  const { linkOperation } = await import('#operations/programme.ts');
  const changed = await linkOperation(node.ctx, actor, {
    programmeId,
    operationId: operation.operationId,
    ...(entry !== undefined && { entryId: entry as PlanEntryId }),
  });
  out.result(changed, `${operation.codeName} belongs to ${changed.name}.`);
}
