/** The files and folders that hold what a record is about, found while its rows still say where they lie. */
import { join, relative } from 'node:path';
import { foldersOf } from '#observations/erase-clients.ts';
import { composedWith, receivedWith } from '#packages/erase-target.ts';
import { contentFolder } from '#packages/folder.ts';
import { packagesOf } from '#packages/store.ts';
import type { NodeContext } from '#platform/context.ts';
import type { RecordRef } from './types.ts';

export interface HeldFiles {
  /** To go whole, relative to the node's folder. */
  readonly files: readonly string[];
  /** Opened packages of which other targets stay. */
  readonly reduced: readonly string[];
  /** Messages whose sealed file goes: what still waits to be handed over never is. */
  readonly messages: readonly string[];
}

/** @param record with all that goes with it */
export async function filesOf(
  ctx: NodeContext,
  record: RecordRef & { readonly recordIds: readonly string[] },
): Promise<HeldFiles> {
  const { operationId, kind, recordIds } = record;
  const inHome = (paths: readonly string[]) => paths.map((path) => relative(ctx.paths.home, path));
  if (kind === 'exhibit')
    return { files: inHome(await reportFolders(ctx, recordIds)), reduced: [], messages: [] };
  if (kind === 'message') {
    const files = await messageFiles(ctx, recordIds, { opened: true });
    return { files: inHome(files), reduced: [], messages: recordIds };
  }
  if (kind === 'target') return targetFiles(ctx, record, inHome);
  const messages = await messagesOf(ctx, operationId);
  const packages = (await packagesOf(ctx.db, operationId)).map(({ packageId }) =>
    join(contentFolder(ctx.paths, packageId), '..'),
  );
  const exhibits = await ctx.db
    .selectFrom('exhibit')
    .select('id')
    .where('operation_id', '=', operationId)
    .execute();
  const files = [
    ...(await messageFiles(ctx, messages, { opened: true })),
    ...packages,
    ...(await reportFolders(
      ctx,
      exhibits.map(({ id }) => id),
    )),
    ...(await foldersOf(ctx, operationId)),
  ];
  return { files: inHome(files), reduced: [], messages };
}

async function targetFiles(
  ctx: NodeContext,
  { operationId, recordIds }: RecordRef & { readonly recordIds: readonly string[] },
  inHome: (paths: readonly string[]) => string[],
): Promise<HeldFiles> {
  const composed = await composedWith(ctx, operationId, recordIds);
  const received = await receivedWith(ctx.db, operationId, recordIds);
  const exhibits = await ctx.db
    .selectFrom('exhibit')
    .select('id')
    .where('operation_id', '=', operationId)
    .where('target_id', 'in', recordIds)
    .execute();
  const alarms = await ctx.db
    .selectFrom('risk_alarm')
    .select('message_id')
    .where('operation_id', '=', operationId)
    .where('target_id', 'in', recordIds)
    .where('message_id', 'is not', null)
    .execute();
  const alarmMessages = alarms.flatMap(({ message_id }) => message_id ?? []);
  const sealed = [...composed, ...received].flatMap(({ messageId }) => messageId ?? []);
  return {
    files: inHome([
      ...composed.map(({ packageId }) => join(contentFolder(ctx.paths, packageId), '..')),
      ...(await messageFiles(ctx, sealed, { opened: false })),
      ...(await messageFiles(ctx, alarmMessages, { opened: true })),
      ...(await reportFolders(
        ctx,
        exhibits.map(({ id }) => id),
      )),
    ]),
    reduced: inHome(received.map(({ folder }) => join(ctx.paths.opened, folder))),
    messages: [...sealed, ...alarmMessages],
  };
}

async function messagesOf({ db }: NodeContext, operationId: string): Promise<string[]> {
  const ids: string[] = [];
  for (const table of ['inbox_message', 'outbox_message'] as const)
    ids.push(
      ...(await db.selectFrom(table).select('id').where('operation_id', '=', operationId).execute()).map(
        ({ id }) => id,
      ),
    );
  return [...new Set(ids)];
}

/** Sealed files, as sent and as they came, and the folders of what was opened. */
async function messageFiles(
  { db, paths }: NodeContext,
  messageIds: readonly string[],
  { opened }: { readonly opened: boolean },
): Promise<string[]> {
  if (messageIds.length === 0) return [];
  const sent = await db.selectFrom('outbox_message').select('file').where('id', 'in', messageIds).execute();
  const came = await db
    .selectFrom('inbox_message')
    .select(['file', 'folder'])
    .where('id', 'in', messageIds)
    .execute();
  return [
    ...sent.map(({ file }) => join(paths.outbox, file)),
    ...came.map(({ file }) => join(paths.inbox, file)),
    ...(opened ? came.flatMap(({ folder }) => (folder === null ? [] : [join(paths.opened, folder)])) : []),
  ];
}

async function reportFolders({ db, paths }: NodeContext, exhibitIds: readonly string[]): Promise<string[]> {
  if (exhibitIds.length === 0) return [];
  const rows = await db
    .selectFrom('evidence_report')
    .select('id')
    .where('exhibit_id', 'in', exhibitIds)
    .execute();
  return rows.map(({ id }) => join(paths.documents, 'evidence', id));
}
