/** Who the person behind a target is to the case. */
import type { Command } from 'commander';
import type { PersonView } from '#casework/schemas.ts';
import type { SubjectCategory } from '#core/data-subjects.ts';
import type { TargetId } from '#core/ids.ts';
import { sayProposed } from './approval-commands.ts';
import { choice, wholeNumber } from './arguments.ts';
import { addCommand, onOperation } from './commands.ts';
import { type OperationRun, runOnOperation } from './session.ts';

export const CATEGORIES: Record<SubjectCategory, string> = {
  'potential-offender': 'observed, and nothing more',
  suspect: 'there are grounds to believe that he did it',
  convicted: 'was convicted',
  victim: 'a victim',
  other: 'another party: a witness, a contact, an associate',
};

interface CategoriseOptions {
  readonly as: SubjectCategory;
  readonly minor: boolean;
  readonly reason: string;
  readonly strictlyNecessary?: string;
  readonly seenVersion?: number;
}

export function categoriseCommand(casework: Command): void {
  const categorise = addCommand(
    casework,
    'categorise <target>',
    'say who the person behind a target is to the case; what was said before stays',
    [
      'icarus casework categorise target_01… --as suspect --reason "The line and the device are his"',
      'icarus casework categorise target_01… --as victim --minor --reason "Found in the material that was seized"',
    ],
  );
  onOperation(categorise)
    .addOption(choice('--as <kind>', 'who he is', CATEGORIES).makeOptionMandatory())
    .option('--minor', 'he is under 18', false)
    .requiredOption('--reason <words>', 'why, without a name; stays in the country')
    .option(
      '--strictly-necessary <words>',
      'why matching him is strictly necessary all the same; waits for a second officer',
    )
    .option(
      '--seen-version <n>',
      'the version that you saw; where another stands, nothing is recorded',
      wholeNumber,
    )
    .action((targetId: string, options: CategoriseOptions, command: Command) =>
      runOnOperation(command, (run) => categoriseOne(run, targetId as TargetId, options)),
    );
}

async function categoriseOne(
  { node, actor, operation, out }: OperationRun,
  targetId: TargetId,
  options: CategoriseOptions,
): Promise<void> {
  const [{ categorise, NECESSITY_PROPOSED }, { orPropose }, { personVersion }] = await Promise.all([
    import('#casework/categorise.ts'),
    import('#access/approvals/proposals.ts'),
    import('#casework/rows.ts'),
  ]);
  const input = {
    operationId: operation.operationId,
    targetId,
    category: options.as,
    minor: options.minor,
    reason: options.reason,
    necessity: options.strictlyNecessary,
    seenVersion: options.seenVersion,
  };
  const made = await orPropose(node.ctx, actor, {
    reason: NECESSITY_PROPOSED,
    act: () => categorise(node.ctx, actor, input),
  });
  if ('proposal' in made) return sayProposed(out, made.proposal);
  const version = personVersion(made.done);
  out.result(version, [
    `${targetId}: ${personWords(version)}, version ${version.version}.`,
    'Tell the coordinator with `icarus report send`.',
  ]);
}

export function personWords({ category, minor, strictlyNecessary }: Omit<PersonView, 'version'>): string {
  return [category, minor && 'under 18', strictlyNecessary && 'matched'].filter(Boolean).join(', ');
}

export function openCommand(casework: Command): void {
  const open = addCommand(
    casework,
    'open <target>',
    'ask that a closed record is opened to you; waits for a second officer',
    'icarus casework open target_01… --justification "The hit on him decides whether two groups are one"',
  );
  onOperation(open)
    .requiredOption('--justification <words>', 'why you need it, without a name')
    .action((targetId: string, options: { justification: string }, command: Command) =>
      runOnOperation(command, (run) => openOne(run, targetId as TargetId, options.justification)),
    );
}

async function openOne(
  { node, actor, operation, out }: OperationRun,
  targetId: TargetId,
  justification: string,
): Promise<void> {
  const [{ OPENING_PROPOSED, openPerson }, { orPropose }] = await Promise.all([
    import('#casework/open-person.ts'),
    import('#access/approvals/proposals.ts'),
  ]);
  const { operationId } = operation;
  const made = await orPropose(node.ctx, actor, {
    reason: OPENING_PROPOSED,
    act: () => openPerson(node.ctx, actor, { operationId, targetId, justification }),
  });
  if ('proposal' in made) sayProposed(out, made.proposal);
}
