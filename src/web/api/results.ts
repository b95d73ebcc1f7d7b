import type { Static } from 'typebox';
import type {
  ComputeBody,
  FigureSetDetail,
  FigureSetRow,
  FigureSetsList,
  PressNote,
  ReleaseBody,
} from '#results/schemas.ts';
import { useOperationPath } from './operation.ts';
import { useAct, useList, useResource } from './resource.ts';

export function useFigureSets() {
  return useList<Static<typeof FigureSetsList>>('results', '/figures');
}

export function useFigureSet(setId: string) {
  return useResource<FigureSetDetail>('results', `/figures/${setId}`);
}

export function usePressNote(setId: string) {
  return useResource<PressNote>('results', `/figures/${setId}/press-note`);
}

/** Where the press note's documents are downloaded from. */
export function usePressNotePath(setId: string): (form: 'docx' | 'pdf') => string {
  const { path } = useOperationPath();
  return (form) => path(`/figures/${setId}/press-note.${form}`);
}

export function useCompute() {
  return useAct<Static<typeof ComputeBody>, FigureSetRow>(() => '/figures');
}

export function useRelease(setId: string) {
  return useAct<Static<typeof ReleaseBody>, FigureSetRow>(() => `/figures/${setId}/release`);
}
