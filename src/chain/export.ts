/**
 * A chain for an outsider: one JSON file with every event byte for byte, its salt, and the proof that it is in
 * the log, which is checked with the key on the agency's card and public tools (docs/custody-chain.md).
 * That it was handed out is itself an act in the log.
 */
import { createHash } from 'node:crypto';
import { type Actor, actorName } from '#access/policy.ts';
import { exactEvents } from '#custody/exact-events.ts';
import { inclusionProof } from '#custody/proofs.ts';
import { recordEvent } from '#custody/record.ts';
import { sequenceNow } from '#custody/sequence.ts';
import { writeTlogProof } from '#custody/tlog-proof.ts';
import { requireOperation } from '#operations/create.ts';
import { inTransaction } from '#platform/context.ts';
import { chainOf } from './chain.ts';
import type { ChainContext } from './known.ts';
import type { Asked } from './start.ts';
import type { Chain } from './types.ts';

export const CHAIN_FORMAT = 'icarus-custody-chain/1';

const HOW =
  'The leaf of an event is the SHA-256 of a zero byte, the 16 bytes of its salt and the UTF-8 bytes of "event" (RFC 6962). ' +
  'Its proof (C2SP tlog-proof) leads from that leaf to the root of a checkpoint, which the log of the agency signed: ' +
  'compare "logKey" with the card of the agency. An event without a salt was erased; its leaf still proves that it was there.';

export interface ChainFile {
  readonly name: string;
  readonly bytes: Buffer;
}

/** @throws `access/denied`, `operation/not-found`, `chain/item-not-found` */
export async function exportChain(ctx: ChainContext, actor: Actor, asked: Asked): Promise<ChainFile> {
  // Numbered first, so that every event of the file has its proof.
  await sequenceNow(ctx);
  const chain = await chainOf(ctx, actor, asked);
  const { operationId, codeName } = await requireOperation(ctx.db, asked.operationId);
  const at = ctx.clock.now();
  const events = await provenEvents(ctx, chain);
  const document = {
    format: CHAIN_FORMAT,
    how: HOW,
    exportedAt: at.toISOString(),
    exportedBy: { agency: ctx.node.agencyId, name: ctx.node.name },
    logKey: ctx.keys.log.verifierKey,
    operation: { operationId, codeName },
    asked: { kind: asked.kind, id: asked.id },
    stages: chain.stages.map(({ items, ...stage }) => ({
      ...stage,
      items: items.map((item) => ({ ...item, events: item.events.map(({ sequence }) => sequence) })),
    })),
    events,
  };
  const bytes = Buffer.from(`${JSON.stringify(document, null, 2)}\n`);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  await inTransaction(ctx, (tx) =>
    recordEvent(tx, {
      at,
      kind: 'custody.chain-exported',
      actor: actorName(actor),
      operationId,
      subject: { kind: asked.kind, id: asked.id },
      facts: { events: events.length, bytes: bytes.length, sha256 },
    }),
  );
  return { name: `chain-${asked.kind}-${asked.id.replaceAll('/', '-')}.json`, bytes };
}

async function provenEvents({ db }: ChainContext, chain: Chain) {
  const shown = chain.stages.flatMap(({ items }) => items.flatMap(({ events }) => events));
  const exact = await exactEvents(db, [...new Set(shown.map(({ sequence }) => sequence))]);
  const proven = [];
  for (const { sequence, event, salt, leaf } of exact) {
    const proof = leaf && writeTlogProof(await inclusionProof(db, { sequence }));
    proven.push({ sequence, event, salt, leafHash: leaf?.hash ?? null, proof });
  }
  return proven;
}
