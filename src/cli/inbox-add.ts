/** `icarus inbox add`: files from a stick, each told how it ended. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { ErrorCode } from '#core/error-codes.ts';
import { IcarusError } from '#core/errors.ts';
import type { MessageId } from '#core/ids.ts';
import type { NodeRun } from './session.ts';

interface Taken {
  readonly file: string;
  readonly messageId: MessageId | null;
  readonly known: boolean;
  readonly state: string | null;
  readonly code: ErrorCode | null;
}

/** Takes in sealed messages and archives of them; a message of an archive that is refused keeps no other out. */
export async function addFiles(run: NodeRun, files: readonly string[]): Promise<void> {
  const taken: Taken[] = [];
  for (const file of files) taken.push(...(await addOne(run, file)));
  run.out.result(
    taken,
    taken.map(({ file, messageId, known, state, code }) => {
      const outcome = code ? `${state} (${code})` : state === 'received' ? 'taken in, to be opened' : state;
      return `${file}: ${messageId ? `${messageId} ` : ''}${known ? 'was here before, ' : ''}${outcome ?? ''}`;
    }),
  );
  const refused = taken.find(({ state, code }) => state === 'refused' && code !== null);
  if (refused?.code) throw new IcarusError(refused.code);
}

async function addOne(run: NodeRun, file: string): Promise<Taken[]> {
  const [{ addFile }, { addBundle, isBundle }] = await Promise.all([
    import('#exchange/files.ts'),
    import('#exchange/bundle.ts'),
  ]);
  const { node, actor, signal } = run;
  if (!(await isBundle(file)))
    return [await settled(run, file, await addFile(node.exchange, actor, file, signal))];
  const taken: Taken[] = [];
  for await (const { name, arrival, error } of addBundle(node.exchange, actor, file, signal)) {
    const within = `${file}, ${name}`;
    taken.push(
      arrival
        ? await settled(run, within, arrival)
        : { file: within, messageId: null, known: false, state: 'refused', code: error.code },
    );
  }
  return taken;
}

const OPENING_MS = 30_000;
const POLL_MS = 100;

/** Waits until the message was opened, refused or passed on; a large one may take longer and goes on by itself. */
async function settled(
  { node, signal }: NodeRun,
  file: string,
  { messageId, known }: { messageId: MessageId; known: boolean },
): Promise<Taken> {
  const { inboxById } = await import('#exchange/inbox-store.ts');
  const until = performance.now() + OPENING_MS;
  for (;;) {
    const message = await inboxById(node.ctx.db, messageId);
    if (message?.state !== 'received' || performance.now() > until)
      return { file, messageId, known, state: message?.state ?? null, code: message?.code ?? null };
    signal.throwIfAborted();
    await sleep(POLL_MS);
  }
}
