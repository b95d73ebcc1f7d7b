/** One input, one parser: refused with one of our errors, or taken and written back as it was. */
import { IcarusError } from '#core/errors.ts';
import type { Accepted, FuzzTarget } from './target.ts';

export type Outcome =
  | { readonly kind: 'accepted' | 'refused' }
  | { readonly kind: 'fault'; readonly why: string };

export async function checkInput(target: FuzzTarget, input: Uint8Array): Promise<Outcome> {
  let read: Accepted | 'refused';
  try {
    read = await target.read(input);
  } catch (error) {
    if (error instanceof IcarusError) return { kind: 'refused' };
    return { kind: 'fault', why: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
  if (read === 'refused') return { kind: 'refused' };
  const { written } = read;
  if (written !== undefined && Buffer.compare(written, input) !== 0)
    return { kind: 'fault', why: 'it was accepted, and written back as other bytes' };
  return { kind: 'accepted' };
}
