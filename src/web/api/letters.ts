import type { Static } from 'typebox';
import type { Waiting } from '#access/approvals/schemas.ts';
import type {
  AnswerBody,
  BarrierList,
  ForwardBody,
  LeaveBody,
  LetterBody,
  LetterPage,
  LetterView,
  QueryList,
  ThreadView,
  UploadView,
} from '#correspondence/schemas.ts';
import type { DecideBody, ErasureList, ErasureView, RequestBody } from '#exchange/erasure/schemas.ts';
import type { RecallBody, StandingView } from '#exchange/recall/schemas.ts';
import { post, type Query, upload, withQuery } from './client.ts';
import { useOperationPath } from './operation.ts';
import { useAct, useChange, useList, useResource } from './resource.ts';

export function useLetters(query: Query) {
  return useList<LetterPage>('letters', '/letters', query);
}

export function useThread(messageId: string) {
  return useResource<ThreadView>('letters', `/letters/${messageId}`);
}

export function useQueries() {
  return useResource<QueryList>('letters', '/queries');
}

export function useErasures() {
  return useResource<ErasureList>('letters', '/erasures');
}

/** What keeps a letter from these agencies now. */
export function useBarriers(messageId: string, to: readonly string[]) {
  return useResource<BarrierList>(
    'letters',
    to.length === 0 ? `/letters/${messageId}` : `/letters/${messageId}/barriers`,
    to.length === 0 ? {} : { to },
  );
}

/** A body with files: each goes to the node first, as it is, from the disk. */
interface WithFiles<Body> {
  readonly body: Omit<Body, 'uploads'>;
  readonly files: readonly File[];
  /** Is told which file is on its way. */
  readonly onFile: (name: string | null) => void;
}

function useSending<Body>(rest: string) {
  const { path } = useOperationPath();
  return useChange(async ({ body, files, onFile }: WithFiles<Body>): Promise<LetterView> => {
    const uploads: string[] = [];
    try {
      for (const file of files) {
        onFile(file.name);
        const taken = await upload<UploadView>(
          withQuery(path('/letter-attachments'), { name: file.name }),
          file,
        );
        uploads.push(taken.uploadId);
      }
    } finally {
      onFile(null);
    }
    return post<LetterView>(path(rest), { ...body, uploads });
  });
}

export function useSendLetter() {
  return useSending<Static<typeof LetterBody>>('/letters');
}

export function useAnswer(messageId: string) {
  return useSending<Static<typeof AnswerBody>>(`/letters/${messageId}/answer`);
}

export function useForward(messageId: string) {
  return useAct<Static<typeof ForwardBody>, ThreadView | Waiting>(() => `/letters/${messageId}/forward`);
}

export function useAskLeave(messageId: string) {
  return useAct<Static<typeof LeaveBody>, ThreadView>(() => `/letters/${messageId}/leave`);
}

export function useRecall(messageId: string) {
  return useAct<Static<typeof RecallBody>, StandingView>(() => `/messages/${messageId}/recall`);
}

export function useAskErasure() {
  return useAct<Static<typeof RequestBody>, ErasureView | Waiting>(() => '/erasures');
}

export function useDecideErasure(requestId: string) {
  return useAct<Static<typeof DecideBody>, ErasureView>(() => `/erasures/${requestId}/decide`);
}
