/** The chain of custody of one thing, from observation to press line. */
import { type Command, InvalidArgumentError } from 'commander';
import type { Asked } from '#chain/start.ts';
import type { ChainStage, ItemKind } from '#chain/types.ts';
import { addCommand, onOperation } from './commands.ts';
import { type OperationRun, runOnOperation } from './session.ts';

const KINDS = {
  import: true,
  target: true,
  package: true,
  message: true,
  receipt: true,
  outcome: true,
  report: true,
  hit: true,
  'eurojust-request': true,
  'icse-series': true,
  figures: true,
  figure: true,
  'press-note': true,
  'press-line': true,
} as const satisfies Record<ItemKind, true>;

export function chainCommand(custody: Command): void {
  onOperation(
    addCommand(custody, 'chain <kind> <id>', 'show what one thing rests on and what came of it', [
      'icarus custody chain target target_01…',
      'icarus custody chain press-line figures_01…/suspects-arrested --out chain.json',
    ]),
  )
    .option(
      '--out <file>',
      'write a file for an outsider instead: every act with its proof; it must not be there yet',
    )
    .action((kind: string, id: string, options: { out?: string }, command: Command) =>
      runOnOperation(command, (run) => follow(run, { kind: kindFrom(kind), id, ...options })),
    );
}

function kindFrom(text: string): ItemKind {
  if (Object.hasOwn(KINDS, text)) return text as ItemKind;
  throw new InvalidArgumentError(`Not a kind of thing: ${text}. Choose of ${Object.keys(KINDS).join(', ')}.`);
}

async function follow(
  { node, actor, operation, out }: OperationRun,
  { out: path, ...asked }: Omit<Asked, 'operationId'> & { readonly out?: string },
): Promise<void> {
  const of = { ...asked, operationId: operation.operationId };
  if (path === undefined) {
    const { chainOf } = await import('#chain/chain.ts');
    const chain = await chainOf(node.ctx, actor, of);
    out.result(chain, chain.stages.flatMap(stageLines));
    return;
  }
  const [{ exportChain }, { writeFile }] = await Promise.all([
    import('#chain/export.ts'),
    import('node:fs/promises'),
  ]);
  const { bytes } = await exportChain(node.ctx, actor, of);
  await writeFile(path, bytes, { flag: 'wx', mode: 0o600 });
  out.result(
    { file: path, bytes: bytes.length },
    `Written: ${path}. That it was handed out is in the custody log.`,
  );
}

function stageLines({ stage, relation, withheld, total, items }: ChainStage): string[] {
  const mark = relation === 'asked' ? '* ' : '  ';
  if (withheld !== null) return [`${mark}${stage}: not for this officer (open to ${withheld.join(', ')})`];
  if (total === 0) return [`${mark}${stage}: nothing at this node`];
  const some = items.length < total ? ` (${items.length} of them listed)` : '';
  return [
    `${mark}${stage}: ${total}${some}`,
    ...items.flatMap(({ kind, id, facts, events }) => [
      `    ${kind} ${id}${Object.entries(facts)
        .filter(([, value]) => value !== null)
        .map(([name, value]) => `  ${name} ${value}`)
        .join('')}`,
      ...events.map(
        ({ at, kind: act, actor, sequence, leaf, state }) =>
          `      ${at.toISOString().slice(0, 19)}Z  ${act.padEnd(28)} by ${actor}  number ${sequence}, leaf ${leaf ?? '-'}, ${state}`,
      ),
    ]),
  ];
}
