/**
 * Taking in a package that came: on the desk of its country, and as the coordinator's copy. What it says
 * is believed only as far as it agrees with itself, with its envelope and with the operation; its sender
 * must lead that operation. A later version stands beside the former one and takes its place in the
 * lists. The same package again changes nothing.
 */
import { relative } from 'node:path';
import { IcarusError } from '#core/errors.ts';
import type { OperationId, PackageId } from '#core/ids.ts';
import { recordEvent } from '#custody/record.ts';
import type { MessageHandler, OpenedMessage } from '#exchange/kinds.ts';
import { adoptOperation } from '#operations/create.ts';
import { fromDocument, type Operation } from '#operations/types.ts';
import type { NodeContext } from '#platform/context.ts';
import type { Tx } from '#platform/tables.ts';
import { readContents, readOperationDocument, readTargets, TARGETS_FILE } from './content.ts';
import { erasePackage, packageParts } from './erase.ts';
import { digestOf } from './folder.ts';
import { PRESERVATION_FORMATS, preservationPath } from './preservation-write.ts';
import { insertReceivedPackage, receivedPackageById, receivedVersion } from './received-store.ts';
import { insertReceivedTargets } from './received-targets.ts';
import { PACKAGE_KIND } from './send.ts';
import type { ReceivedTargetTable } from './tables.ts';
import type { ContentsDocument, TargetDocument } from './types.ts';

const ACTOR = 'system:packages';
const BATCH_TARGETS = 200;

export const packageHandler: MessageHandler = {
  kind: PACKAGE_KIND,
  receive: receivePackage,
  recallable: true,
  erase: erasePackage,
  eraseParts: packageParts,
};

async function receivePackage(ctx: NodeContext, tx: Tx, message: OpenedMessage): Promise<void> {
  const contents = await readContents(message.folder);
  const operation = fromDocument(await readOperationDocument(message.folder));
  if (message.from !== operation.lead)
    throw new IcarusError('package/not-from-lead', { agency: message.from });
  checkReader(ctx, contents, operation);
  checkAgreement(message, contents, operation);
  const at = ctx.clock.now();
  await adoptOperation(tx, operation, { at, actor: ACTOR });
  const digest = digestOf(message.files);
  if (await isKnown(tx, contents, digest)) return;
  await insertReceivedPackage(tx, {
    id: contents.packageId,
    operation_id: contents.operationId,
    message_id: message.messageId,
    from_agency: message.from,
    country: contents.country,
    agency_id: contents.to,
    version: contents.version,
    supersedes: contents.supersedes,
    target_count: contents.counts.targets,
    observation_count: contents.counts.observations,
    digest,
    contents,
    folder: relative(ctx.paths.opened, message.folder),
    composed_at: new Date(contents.composedAt),
    received_at: at,
  });
  checkPreservation(message, contents);
  await takeTargets(tx, message, contents);
  await recordEvent(tx, {
    at,
    kind: 'package.received',
    actor: ACTOR,
    operationId: operation.operationId,
    subject: { kind: 'package', id: contents.packageId },
    facts: {
      message: message.messageId,
      from: message.from,
      country: contents.country,
      version: contents.version,
      supersedes: contents.supersedes,
      targets: contents.counts.targets,
      digest,
    },
  });
}

/** The envelope, the contents and the operation must tell one story. */
function checkAgreement(message: OpenedMessage, contents: ContentsDocument, operation: Operation): void {
  const addressed = operation.participants.some(
    ({ agencyId, country }) => agencyId === contents.to && country === contents.country,
  );
  const places: readonly (readonly [place: string, agrees: boolean])[] = [
    [
      'operationId',
      contents.operationId === operation.operationId && contents.operationId === message.operationId,
    ],
    ['from', contents.from === message.from],
    ['to', addressed && message.to.some((agency) => agency === contents.to)],
    [
      'exercise',
      contents.exercise === operation.exercise && contents.exercise === (contents.notice !== null),
    ],
    ['handling', contents.handling.codes.includes('H3') === (contents.handling.text.trim() !== '')],
    ['supersedes', contents.version > 1 || contents.supersedes === null],
  ];
  const wrong = places.find(([, agrees]) => !agrees);
  if (wrong) throw new IcarusError('package/content-invalid', { file: 'contents.json', place: wrong[0] });
}

/** Only the addressee and the coordinator take a package in, whoever else it was encrypted for. */
function checkReader(ctx: NodeContext, contents: ContentsDocument, operation: Operation): void {
  const me = ctx.node.agencyId;
  if (contents.to !== me && operation.coordinator !== me)
    throw new IcarusError('package/not-for-us', { agency: contents.to });
}

/** True where this very package was taken in before. */
async function isKnown(tx: Tx, contents: ContentsDocument, digest: string): Promise<boolean> {
  const { country, version } = contents;
  const same =
    (await receivedPackageById(tx, contents.packageId as PackageId)) ??
    (await receivedVersion(tx, { operationId: contents.operationId as OperationId, country, version }));
  if (!same) return false;
  if (same.packageId !== contents.packageId || same.digest !== digest)
    throw new IcarusError('package/contradicts', { country, version });
  return true;
}

/** Each request for preservation that is named is there, with all of its files, once. */
function checkPreservation(message: OpenedMessage, contents: ContentsDocument): void {
  const files = new Set(message.files.map(({ path }) => path));
  const names = new Set<string>();
  for (const { name } of contents.preservation ?? []) {
    const whole = PRESERVATION_FORMATS.every((format) => files.has(preservationPath(name, format)));
    if (!whole || names.has(name))
      throw new IcarusError('package/content-invalid', { file: 'contents.json', place: 'preservation' });
    names.add(name);
  }
}

async function takeTargets(tx: Tx, message: OpenedMessage, contents: ContentsDocument): Promise<void> {
  const files = new Set(message.files.map(({ path }) => path));
  const seen = new Set<string>();
  let batch: ReceivedTargetTable[] = [];
  for await (const target of readTargets(message.folder)) {
    const place =
      target.rank !== seen.size + 1
        ? 'rank'
        : seen.has(target.targetId)
          ? 'targetId'
          : target.country !== contents.country
            ? 'country'
            : !files.has(target.dossier)
              ? 'dossier'
              : undefined;
    if (place) throw wrongTargets(`target ${seen.size + 1} (${place})`);
    seen.add(target.targetId);
    batch.push(targetRow(target, contents));
    if (batch.length < BATCH_TARGETS) continue;
    await insertReceivedTargets(tx, batch);
    batch = [];
  }
  await insertReceivedTargets(tx, batch);
  if (seen.size !== contents.counts.targets) throw wrongTargets('the number of targets');
}

function wrongTargets(place: string): IcarusError {
  return new IcarusError('package/content-invalid', { file: TARGETS_FILE, place });
}

function targetRow(target: TargetDocument, contents: ContentsDocument): ReceivedTargetTable {
  return {
    package_id: contents.packageId,
    target_id: target.targetId,
    operation_id: contents.operationId,
    country: contents.country,
    rank: target.rank,
    score: target.score,
    client_id: target.clientId,
    first_seen_at: new Date(target.firstSeenAt),
    last_seen_at: new Date(target.lastSeenAt),
    document: target,
  };
}
