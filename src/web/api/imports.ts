/** Importing logs: mapping profiles, uploads and their imports, previews. */
import { useCallback, useEffect, useRef, useState } from 'react';
import type { ImportProfile } from '#observations/import/profile.ts';
import type {
  LogDescription,
  LogPreviewView,
  ProfileList,
  SavedProfileResult,
  UploadList,
  UploadRow,
} from '#observations/import/schemas.ts';
import { post } from './client.ts';
import { useOperationPath } from './operation.ts';
import { useAct, useChange, useResource } from './resource.ts';
import { headDigest, sendFile } from './send-file.ts';

const PROGRESS_MS = 1000;

/** Coming, or being imported: its numbers move without an act being recorded. */
export function isUploading({ state }: Pick<UploadRow, 'state'>): boolean {
  return state === 'receiving' || state === 'importing';
}

export function useProfiles() {
  return useResource<ProfileList>('observations', '/observations/profiles');
}

export function useSaveProfile() {
  return useAct<{ profile: ImportProfile }, SavedProfileResult>(() => '/observations/profiles');
}

export function useUploads() {
  return useResource<UploadList>('observations', '/observations/uploads', {}, (list) =>
    list?.uploads.some(isUploading) ? PROGRESS_MS : false,
  );
}

export function useUpload(uploadId: string) {
  return useResource<UploadRow>('observations', `/observations/uploads/${uploadId}`, {}, (upload) =>
    upload && isUploading(upload) ? PROGRESS_MS : false,
  );
}

/** What the log is, as soon as some of it has come. */
export function useLogDescription(uploadId: string) {
  return useResource<LogDescription>('observations', `/observations/uploads/${uploadId}/head`);
}

export function usePreviewLog(uploadId: string) {
  const { path } = useOperationPath();
  return useChange((profile: ImportProfile) =>
    post<LogPreviewView>(path(`/observations/uploads/${uploadId}/preview`), { profile }),
  );
}

export function useStartImport(uploadId: string) {
  return useAct<{ profile: ImportProfile }, UploadRow>(() => `/observations/uploads/${uploadId}/start`);
}

export function useCancelUpload(uploadId: string) {
  return useAct<void, UploadRow>(() => `/observations/uploads/${uploadId}/cancel`);
}

/** Where the refused lines of an import are downloaded from. */
export function useRefusedPath(): (importId: string) => string {
  const { path } = useOperationPath();
  return (importId) => path(`/observations/imports/${importId}/refused.csv`);
}

/** The upload that waits for the rest of this very file, or a new one. */
export function useBeginUpload() {
  const { path } = useOperationPath();
  return useChange(async (file: File) =>
    post<UploadRow>(path('/observations/uploads'), {
      fileName: file.name.slice(0, 255),
      fileBytes: file.size,
      headSha256: await headDigest(file),
    }),
  );
}

export interface SendingState {
  /** Bytes that the node has, as of the last part. */
  readonly receivedBytes: number | undefined;
  readonly lost: boolean;
  readonly error: unknown;
  readonly active: boolean;
  send: (uploadId: string, file: File) => void;
}

const IDLE = { receivedBytes: undefined, lost: false, error: undefined, active: false };

/** Sends a file while the page is open; what the node has stays when it is closed. */
export function useSendFile(): SendingState {
  const { path } = useOperationPath();
  const [state, setState] = useState<Omit<SendingState, 'send'>>(IDLE);
  const stop = useRef<AbortController>(undefined);
  useEffect(() => () => stop.current?.abort(), []);
  const send = useCallback(
    (uploadId: string, file: File) => {
      stop.current?.abort();
      const own = new AbortController();
      stop.current = own;
      setState({ ...IDLE, active: true });
      const change = (next: Partial<SendingState>) =>
        own.signal.aborted || setState((old) => ({ ...old, ...next }));
      sendFile({
        path: path(`/observations/uploads/${uploadId}`),
        file,
        signal: own.signal,
        onPart: ({ receivedBytes }) => change({ receivedBytes }),
        onLost: (lost) => change({ lost }),
      }).then(
        () => change({ active: false }),
        (error: unknown) => change({ active: false, error }),
      );
    },
    [path],
  );
  return { ...state, send };
}
