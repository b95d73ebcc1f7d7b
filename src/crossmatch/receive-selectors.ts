/**
 * The coordinator's end of a contribution. What does not hold is refused whole, and its sender gets the
 * sentence. The same suspect stated again adds selectors; grade and handling codes are the latest stated.
 * Matching follows as a job that commits with it.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { standingPersons } from '#casework/person-store.ts';
import { IcarusError } from '#core/errors.ts';
import { newId } from '#core/ids.ts';
import { recordEvent } from '#custody/record.ts';
import type { MessageHandler, OpenedMessage } from '#exchange/kinds.ts';
import { requireOperation } from '#operations/create.ts';
import type { Participant } from '#operations/types.ts';
import { receivedTargetIds } from '#packages/received-targets.ts';
import type { Tx } from '#platform/tables.ts';
import {
  checkContributor,
  checkSuspects,
  checkTargets,
  readSelectorsDocument,
  SELECTORS_FILE,
  SELECTORS_KIND,
  type SelectorsDocument,
} from './contribution.ts';
import { enqueueMatch } from './jobs.ts';
import { lockSubjects, upsertSubject } from './subject-store.ts';
import type { SubjectId } from './types.ts';

const MAX_BYTES = 64 * 2 ** 20;

export const selectorsHandler: MessageHandler = {
  kind: SELECTORS_KIND,
  async receive(ctx, tx, message) {
    const document = readSelectorsDocument(await readSelectorsFile(message));
    const { operationId } = message;
    const operation = await requireOperation(tx, operationId);
    const contributor = checkContributor(document, operation, {
      from: message.from,
      here: ctx.node.agencyId,
    });
    checkSuspects(document.suspects, message.createdAt);
    await requireTargets(tx, document, contributor);
    await requireMatched(tx, document, contributor);
    await lockSubjects(tx, operationId);
    const recordedAt = ctx.clock.now();
    for (const { suspectRef, selectors, necessity, ...suspect } of document.suspects) {
      await upsertSubject(tx, {
        ...suspect,
        subjectId: newId<SubjectId>('subject', recordedAt),
        operationId,
        kind: 'suspect',
        agencyId: contributor.agencyId,
        country: contributor.country,
        reference: suspectRef,
        strictlyNecessary: necessity !== undefined,
        sourceId: message.messageId,
        statedAt: message.createdAt,
        recordedAt,
        selectors: selectors.map((selector) => ({ ...selector, seen: [] })),
      });
    }
    await recordEvent(tx, {
      at: recordedAt,
      kind: 'selectors.received',
      actor: `agency:${contributor.agencyId}`,
      operationId,
      subject: { kind: 'message', id: message.messageId },
      facts: { suspects: document.suspects.length, content: message.contentDigest },
    });
    await enqueueMatch(ctx, tx, { operationId, country: contributor.country, messageId: message.messageId });
  },
};

async function readSelectorsFile(message: OpenedMessage): Promise<string> {
  const [file, ...others] = message.files;
  if (file?.path !== SELECTORS_FILE || others.length > 0)
    throw new IcarusError('crossmatch/malformed', { field: `the files: it must be ${SELECTORS_FILE} alone` });
  if (file.sizeBytes > MAX_BYTES)
    throw new IcarusError('crossmatch/malformed', { field: `${SELECTORS_FILE}: it is too large` });
  return readFile(join(message.folder, SELECTORS_FILE), 'utf8');
}

/**
 * What its country's report said of the person stands, also where a contribution was overtaken by it.
 * @throws crossmatch/person-protected
 */
async function requireMatched(
  tx: Tx,
  { operationId, suspects }: SelectorsDocument,
  { agencyId }: Participant,
): Promise<void> {
  const persons = await standingPersons(tx, operationId as OpenedMessage['operationId']);
  const closed = new Set(
    persons
      .filter((one) => one.statedBy === agencyId && one.protected && !one.strictlyNecessary)
      .map(({ targetId }) => targetId),
  );
  const found = suspects.findIndex(({ targetId }) => targetId !== null && closed.has(targetId));
  if (found >= 0) throw new IcarusError('crossmatch/person-protected', { position: found + 1 });
}

/** The package may still wait to be opened here: then the message is tried again, not refused. */
async function requireTargets(tx: Tx, document: SelectorsDocument, { country }: Participant): Promise<void> {
  if (document.suspects.every(({ targetId }) => targetId === null)) return;
  const known = await receivedTargetIds(tx, document.operationId as OpenedMessage['operationId'], country);
  if (known.size === 0) throw new IcarusError('crossmatch/package-awaited', { country });
  checkTargets(document.suspects, known);
}
