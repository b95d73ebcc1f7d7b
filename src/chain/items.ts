/** The things of a chain, stage by stage: what names each, and by which subjects the log knows it. */
import { outcomeVersions } from '#casework/outcome-store.ts';
import type { MessageId, OperationId, TargetId } from '#core/ids.ts';
import type { EventSubject } from '#custody/record.ts';
import { receiptsOn } from '#exchange/delivery-store.ts';
import { inboxById } from '#exchange/inbox-store.ts';
import { outboxById } from '#exchange/outbox-store.ts';
import { allMerges } from '#observations/links/merge-store.ts';
import { importsOf } from '#observations/store.ts';
import type { ChainContext, Known } from './known.ts';
import type { Found } from './start.ts';
import { type ChainItem, type ItemKind, MOST_ITEMS, type Span } from './types.ts';

type Facts = ChainItem['facts'];

function item(kind: ItemKind, id: string, facts: Facts, subjects?: readonly EventSubject[]): ChainItem {
  return { kind, id, facts, subjects: subjects ?? [{ kind, id }] };
}

/** Loads what is shown of everything that was found. */
export async function spanOf(
  ctx: ChainContext,
  known: Known,
  { operationId, found }: { operationId: OperationId; found: Found },
): Promise<Span> {
  const packages = known.packages.filter(({ packageId }) => found.packages.has(packageId));
  const reports = known.reports.filter(({ reportId }) => found.reports.has(reportId));
  const referrals = known.referrals.filter(({ id }) => found.referrals.has(id));
  const carried = [...packages, ...reports, ...referrals].flatMap(({ messageId }) => messageId ?? []);
  const messageIds = [...new Set(found.message ? [found.message] : carried)];
  const stage = (items: readonly ChainItem[], total = items.length) => ({
    items: items.slice(0, MOST_ITEMS),
    total,
  });
  const outcomes = await outcomeItems(ctx, operationId, found.targets.ids);
  return {
    observation: stage(await importItems(ctx, known, { operationId, found })),
    target: stage(await targetItems(ctx, operationId, found.targets.ids), found.targets.total),
    package: stage(
      packages.map(({ packageId, country, version, digest, targetCount }) =>
        item('package', packageId, { country, version, targets: targetCount, digest }),
      ),
    ),
    message: stage(await messageItems(ctx, messageIds.slice(0, MOST_ITEMS)), messageIds.length),
    receipt: stage(await receiptItems(ctx, messageIds)),
    outcome: stage(outcomes),
    report: stage(
      reports.map(({ reportId, country, sequence, statementDigest }) =>
        item('report', reportId, { country, number: sequence, statementDigest }),
      ),
    ),
    hit: stage([...found.hits].map((id) => item('hit', id, {}))),
    referral: stage(referrals.map(({ kind, id, digest }) => item(kind, id, { digest }))),
    figure: stage(figureItems(known, found)),
    press: stage(pressItems(known, found)),
  };
}

async function importItems(
  ctx: ChainContext,
  known: Known,
  { operationId, found }: { operationId: OperationId; found: Found },
): Promise<ChainItem[]> {
  const own = await importsOf(ctx.db, operationId);
  // On the receiving side a log is known by what the packages state of it.
  const stated = known.packages.flatMap(({ imports }) => imports);
  return [...found.imports].map((id) => {
    const here = own.find(({ importId }) => importId === id);
    const there = stated.find(({ importId }) => importId === id);
    return item('import', id, {
      sha256: here?.fileSha256 ?? there?.sha256 ?? null,
      rows: here?.accepted ?? null,
    });
  });
}

async function targetItems(
  ctx: ChainContext,
  operationId: OperationId,
  ids: readonly TargetId[],
): Promise<ChainItem[]> {
  const merges = ids.length > 0 ? await allMerges(ctx.db, operationId) : [];
  return ids.map((id) => {
    const of = merges.filter(
      (one) => one.targetId === id || one.members.some(({ targetId }) => targetId === id),
    );
    return item('target', id, {}, [
      { kind: 'target', id },
      ...of.map(({ mergeId }) => ({ kind: 'merge', id: mergeId })),
    ]);
  });
}

async function outcomeItems(
  ctx: ChainContext,
  operationId: OperationId,
  ids: readonly TargetId[],
): Promise<ChainItem[]> {
  const items: ChainItem[] = [];
  for (const id of ids) {
    const [newest] = await outcomeVersions(ctx.db, operationId, id);
    if (newest)
      items.push(
        item('outcome', id, { outcome: newest.outcome, version: newest.version }, [{ kind: 'target', id }]),
      );
  }
  return items;
}

async function messageItems(ctx: ChainContext, ids: readonly MessageId[]): Promise<ChainItem[]> {
  return Promise.all(
    ids.map(async (id) => {
      const message = (await outboxById(ctx.db, id)) ?? (await inboxById(ctx.db, id));
      const { kind = null, sha256 = null } = message ?? {};
      return item('message', id, { kind, to: message?.to.join(', ') ?? null, sha256 });
    }),
  );
}

/** A receipt may state something of several messages. */
async function receiptItems(ctx: ChainContext, messageIds: readonly MessageId[]): Promise<ChainItem[]> {
  const stated = (await Promise.all(messageIds.map((id) => receiptsOn(ctx.db, id)))).flat();
  const receipts = Map.groupBy(stated, ({ receiptId }) => receiptId);
  return [...receipts].map(([receiptId, statements]) => {
    const all = (of: (one: (typeof statements)[number]) => string) =>
      [...new Set(statements.map(of))].join(', ');
    return item(
      'receipt',
      receiptId,
      {
        recipient: all(({ recipient }) => recipient),
        status: all(({ status }) => status),
        sha256: all(({ sha256 }) => sha256),
      },
      statements.map(({ messageId }) => ({ kind: 'message', id: messageId })),
    );
  });
}

/** The set alone, or also the one figure of it that was asked for. */
function figureItems(known: Known, found: Found): ChainItem[] {
  return known.figureSets
    .filter(({ figureSetId }) => found.figureSets.has(figureSetId))
    .flatMap(({ figureSetId, kind, digest, figures }) => [
      item('figures', figureSetId, { kind, asOf: asOfSet(known, figureSetId), digest }),
      ...figures
        .filter(({ figureId }) => figureId === found.figure)
        .map(({ figureId, label, value }) =>
          item('figure', `${figureSetId}/${figureId}`, { label, value }, []),
        ),
    ]);
}

function asOfSet(known: Known, id: string): string | null {
  return known.figureSets.find(({ figureSetId }) => figureSetId === id)?.asOf.toISOString() ?? null;
}

/** Of the sets that were released: the note, and its lines with the figures as they were published. */
function pressItems(known: Known, found: Found): ChainItem[] {
  return known.figureSets.flatMap(({ figureSetId, release, figures }) => {
    if (!release || !found.figureSets.has(figureSetId)) return [];
    const { releasedAt, withheld } = release;
    return [
      item('press-note', figureSetId, { releasedAt: releasedAt.toISOString() }, [
        { kind: 'figures', id: figureSetId },
      ]),
      ...figures
        .filter(({ figureId }) => found.figure === null || figureId === found.figure)
        .map(({ figureId, label, value }) =>
          item(
            'press-line',
            `${figureSetId}/${figureId}`,
            { label, value: withheld.includes(figureId) ? 'XX' : value },
            [],
          ),
        ),
    ];
  });
}
