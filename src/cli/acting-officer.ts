/**
 * Who gives a command. On a real node an officer proves it, by a key that signs the command or by having signed in; his name
 * alone counts nothing. In an exercise, on this machine only, the name is enough.
 */
import type { Command } from 'commander';
import type { OfficersWord } from '#access/approvals/statement.ts';
import { type CommandAccess, commandAccess, GRAVE_COMMANDS } from '#access/command-access.ts';
import type { Actor } from '#access/policy.ts';
import type { Json } from '#core/canonical-json.ts';
import { IcarusError } from '#core/errors.ts';
import type { OfficerId, OperationId } from '#core/ids.ts';
import type { Config } from '#platform/config.ts';
import type { NodeContext } from '#platform/context.ts';
import { wordsOf } from './command-words.ts';
import { officerSigner } from './officer-signer.ts';
import { keptSession } from './terminal-session.ts';

/** The operator of the machine: he sets a node up before there are officers, and keeps it running. */
export const OPERATOR = {
  kind: 'officer',
  officerId: 'operator' as OfficerId,
  name: 'Operator of this machine',
  grants: [{ role: 'administrator', operationId: null }],
} as const satisfies Actor;

/** Who gives the command, and how that is written down before it is carried out. */
export interface Acting {
  readonly actor: Actor;
  /** @param operationId that the command is about */
  begin(operationId?: OperationId): Promise<void>;
  /** Signs what an act asked to be signed; absent where there is no key to sign with. */
  readonly sign?: (word: OfficersWord) => Promise<void>;
}

/**
 * @throws access/officer-unproved for a name on a real node, access/command-unproved where nobody proved anything and the
 *   operator of the machine does not do; errors of proofs and keys
 */
export async function actingOfficer(
  ctx: NodeContext,
  command: Command,
  { config, databaseUrl }: { config: Config; databaseUrl: string },
): Promise<Acting> {
  const access = accessOf(command);
  if (isOpen(access)) return unproved({ ...OPERATOR, grants: [] });
  const { isExercise } = await import('#access/command/machine.ts');
  const { officer, key } = namedBy(command);
  if (onLoopback(config, databaseUrl) && (await isExercise(ctx.db)))
    return unproved(officer === undefined ? OPERATOR : await officerOfDesk(ctx, officer));
  if (officer !== undefined) throw new IcarusError('access/officer-unproved');
  if (key !== undefined) return provenByKey(ctx, command, { key, config });
  const token = await keptSession(ctx.node.agencyId);
  if (token !== undefined && !keepsRunning(access)) return provenBySession(ctx, command, { token, config });
  return unproved(await operator(ctx, access));
}

/** What was named as the one who acts: an id, which an exercise believes, or a key. */
export function namedBy(command: Command): { officer: string | undefined; key: string | undefined } {
  const { officer = process.env['ICARUS_OFFICER'], key = process.env['ICARUS_KEY'] } =
    command.optsWithGlobals<{ officer?: string; key?: string }>();
  return { officer, key };
}

/** All that was typed, for the proof to be bound to. */
export function callOf(command: Command) {
  const {
    officer: _,
    key: _key,
    json: _json,
    ...options
  } = command.optsWithGlobals<Record<string, unknown>>();
  const given = JSON.parse(JSON.stringify({ arguments: command.args, options })) as Json;
  return { command: wordsOf(command).join(' '), given };
}

export function accessOf(command: Command): CommandAccess {
  const words = wordsOf(command);
  const access = commandAccess(words);
  if (access === undefined)
    throw new Error(`nobody may run ${words.join(' ')}: say in src/access/command-access.ts who may`);
  return access;
}

async function provenByKey(
  ctx: NodeContext,
  command: Command,
  { key, config }: { key: string; config: Config },
): Promise<Acting> {
  const [{ signCall }, { beginCall, proveByKey }, { signWordByKey }] = await Promise.all([
    import('#access/command/statement.ts'),
    import('#access/command/prove.ts'),
    import('#access/approvals/sign-by-key.ts'),
  ]);
  const call = callOf(command);
  const signer = await officerSigner(key, config);
  const proved = await proveByKey(ctx, call, await signCall(ctx, call, signer));
  const { officerId } = proved.actor;
  return {
    actor: proved.actor,
    begin: (operationId) => beginCall(ctx, proved, operationId),
    sign: (word) => signWordByKey(ctx, { officerId, word, signer }),
  };
}

function unproved(actor: Actor): Acting {
  return { actor, begin: () => Promise.resolve() };
}

/** He administers the node until an administrator can prove who he is, and afterwards only keeps it running. */
async function operator(ctx: NodeContext, access: CommandAccess): Promise<Actor> {
  const { administered } = await import('#access/command/machine.ts');
  if (!keepsRunning(access) && (await administered(ctx.db))) throw new IcarusError('access/command-unproved');
  return OPERATOR;
}

function keepsRunning(access: CommandAccess): boolean {
  return typeof access === 'object' && ('machine' in access || 'machineOnly' in access);
}

async function provenBySession(
  ctx: NodeContext,
  command: Command,
  { token, config }: { token: string; config: Config },
): Promise<Acting> {
  const { beginCall, proveBySession } = await import('#access/command/prove.ts');
  const call = callOf(command);
  const { sessionIdleMinutes: idleMinutes } = config;
  const grave = GRAVE_COMMANDS.includes(call.command);
  const proved = await proveBySession(ctx, call, { token, idleMinutes, grave });
  return { actor: proved.actor, begin: (operationId) => beginCall(ctx, proved, operationId) };
}

async function officerOfDesk(ctx: NodeContext, officer: string): Promise<Actor> {
  const { actorById } = await import('#access/store.ts');
  const actor = await actorById(ctx.db, officer as OfficerId);
  if (!actor) throw new IcarusError('access/officer-not-found', { officer });
  return actor;
}

function isOpen(access: CommandAccess): boolean {
  return typeof access === 'object' && 'open' in access;
}

const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]', '::1', '']);

/** An exercise is nowhere but on one machine, its database too. */
function onLoopback({ httpHost }: Config, databaseUrl: string): boolean {
  return LOOPBACK.has(httpHost) && LOOPBACK.has(new URL(databaseUrl).hostname);
}
