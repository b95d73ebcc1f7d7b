/** Files from a stick, one after the other to the node, each with how far it has come and how it ended. */
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { ArrivalView } from '#exchange/schemas.ts';
import { messagesIn, NotOne } from '#web/words/tar-slices.ts';
import { ApiError, uploadWithProgress } from './client.ts';
import { useAgency } from './operation.ts';

export type TakenState =
  | { readonly is: 'waiting' }
  | { readonly is: 'sending'; readonly part: number }
  | { readonly is: 'added' | 'known'; readonly messageId: string }
  | { readonly is: 'refused'; readonly sentence: string }
  | { readonly is: 'not-one' | 'damaged' };

export interface TakenFile {
  readonly name: string;
  readonly sizeBytes: number;
  readonly state: TakenState;
}

/** Goes on while the page is shown; what the node has taken in stays taken in. */
export function useTakeIn() {
  const agency = useAgency();
  const client = useQueryClient();
  const [files, setFiles] = useState<readonly TakenFile[]>([]);
  const [busy, setBusy] = useState(false);
  const take = async (chosen: readonly File[]): Promise<void> => {
    setBusy(true);
    const all = (await Promise.all(chosen.map(messagesIn))).flat();
    const first = files.length;
    setFiles((old) => [...old, ...all.map((one) => ({ ...named(one), state: startOf(one) }))]);
    const change = (index: number, state: TakenState) =>
      setFiles((old) => old.map((file, at) => (at === first + index ? { ...file, state } : file)));
    for (const [index, one] of all.entries()) {
      if (one instanceof NotOne) continue;
      change(index, { is: 'sending', part: 0 });
      change(
        index,
        await send(`/nodes/${agency}/api/inbox`, one.blob, (part) => change(index, { is: 'sending', part })),
      );
    }
    setBusy(false);
    await client.invalidateQueries({ queryKey: [agency, 'messages'] });
  };
  return { files, busy, take: (chosen: readonly File[]) => void take(chosen) };
}

function named(one: { readonly name: string; readonly sizeBytes: number }) {
  return { name: one.name, sizeBytes: one.sizeBytes };
}

function startOf(one: Awaited<ReturnType<typeof messagesIn>>[number]): TakenState {
  return one instanceof NotOne ? { is: one.why } : { is: 'waiting' };
}

async function send(path: string, blob: Blob, onPart: (part: number) => void): Promise<TakenState> {
  try {
    const { known, messageId } = await uploadWithProgress<ArrivalView>(path, blob, onPart);
    return { is: known ? 'known' : 'added', messageId };
  } catch (error) {
    if (error instanceof ApiError) return { is: 'refused', sentence: error.message };
    throw error;
  }
}
