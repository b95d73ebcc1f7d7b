/** A list that an officer sends: written to a file first, so that no transaction waits for a slow line. */
import { createReadStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { IcarusError } from '#core/errors.ts';
import { type Id, newId } from '#core/ids.ts';
import type { NodeContext } from '#platform/context.ts';
import { stagingFile } from '#platform/staging-folder.ts';

/** Room for a million items. */
const MAX_UPLOAD_BYTES = 256 * 2 ** 20;

/** Hands the uploaded bytes to `use` as a file's stream, and removes the file after. @throws request/too-large */
export async function withUpload<T>(
  ctx: Pick<NodeContext, 'paths' | 'clock'>,
  body: AsyncIterable<Uint8Array>,
  use: (bytes: AsyncIterable<Uint8Array>) => Promise<T>,
): Promise<T> {
  const path = join(ctx.paths.temporary, newId<Id<'upload'>>('upload', ctx.clock.now()));
  const file = await stagingFile(path);
  try {
    let sizeBytes = 0;
    for await (const chunk of body) {
      sizeBytes += chunk.length;
      if (sizeBytes > MAX_UPLOAD_BYTES)
        throw new IcarusError('request/too-large', { limitBytes: MAX_UPLOAD_BYTES });
      await file.write(chunk);
    }
    await file.commit();
  } catch (error) {
    await file.discard();
    throw error;
  }
  try {
    return await use(createReadStream(path));
  } finally {
    await rm(path, { force: true });
  }
}
