/** A holdings file that comes over HTTP: spooled to the disk first, then imported like any other, then removed. */
import { randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type Actor, authorizeOnNode } from '#access/policy.ts';
import { IcarusError } from '#core/errors.ts';
import type { NodeContext } from '#platform/context.ts';
import { mappingById } from './holdings-store.ts';
import { type HoldingsInput, type HoldingsResult, importHoldings } from './import.ts';
import type { MappingId } from './types.ts';

/** Tens of millions of holdings; larger files are imported where they lie. */
const LIMIT_BYTES = 8 * 2 ** 30;

export interface Upload extends Omit<HoldingsInput, 'path' | 'mapping' | 'fileName'> {
  readonly stream: Readable;
  readonly mappingId: MappingId;
  readonly fileName: string;
}

/** @throws crossmatch/mapping-not-found, request/too-large, disk/full and what `importHoldings` throws */
export async function importUpload(ctx: NodeContext, actor: Actor, upload: Upload): Promise<HoldingsResult> {
  authorizeOnNode(actor, 'crossmatch.import');
  const { stream, mappingId, ...input } = upload;
  const mapping = await mappingById(ctx.db, mappingId);
  if (!mapping) throw new IcarusError('crossmatch/mapping-not-found', { mapping: mappingId });
  const path = join(ctx.paths.temporary, `holdings-${randomBytes(6).toString('hex')}.csv`);
  try {
    await pipeline(stream, limited, createWriteStream(path, { flags: 'wx', mode: 0o600 })).catch(
      (cause: unknown) => {
        const full = cause instanceof Error && 'code' in cause && cause.code === 'ENOSPC';
        throw full ? new IcarusError('disk/full', { place: ctx.paths.temporary }, { cause }) : cause;
      },
    );
    return await importHoldings(ctx, actor, { ...input, mapping, path });
  } finally {
    await rm(path, { force: true });
  }
}

async function* limited(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  for await (const chunk of source) {
    bytes += chunk.length;
    if (bytes > LIMIT_BYTES) throw new IcarusError('request/too-large', { limitBytes: LIMIT_BYTES });
    yield chunk;
  }
}
