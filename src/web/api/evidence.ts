import type { Static } from 'typebox';
import type {
  ChainLink,
  ExhibitActBody,
  ExhibitDetail,
  ExhibitListRow,
  ExhibitRow,
  FilesPage,
  HashListRow,
  ImportedList,
  ImportListQuery,
  InventoryRow,
  ListPreview,
  RegisterExhibitBody,
  ReportRow,
  Skips,
  Summary,
} from '#evidence/schemas.ts';
import { type Query, upload, withQuery } from './client.ts';
import { useOperationPath } from './operation.ts';
import { useAct, useChange, useList, useResource } from './resource.ts';

const PROGRESS_MS = 1000;

/** Read, matched or measured right now: its numbers move without an act being recorded. */
export function isUnderWay({ state }: Pick<InventoryRow, 'state'>): boolean {
  return state === 'running' || state === 'matching' || state === 'measuring';
}

export function useExhibits() {
  return useResource<ExhibitListRow[]>('evidence', '/exhibits', {}, (rows) =>
    rows?.some(({ inventory }) => inventory && isUnderWay(inventory)) ? PROGRESS_MS : false,
  );
}

export function useExhibit(exhibitId: string) {
  return useResource<ExhibitDetail>('evidence', `/exhibits/${exhibitId}`, {}, (detail) =>
    detail?.inventories.some(isUnderWay) ? PROGRESS_MS : false,
  );
}

/** What the newest finished inventory amounts to. */
export function useSummary(exhibitId: string) {
  return useResource<Summary>('evidence', `/exhibits/${exhibitId}/summary`);
}

export function useRegisterExhibit() {
  return useAct<RegisterExhibitBody, ExhibitRow>(() => '/exhibits');
}

export function useRecordExhibitAct(exhibitId: string) {
  return useAct<ExhibitActBody, ChainLink>(() => `/exhibits/${exhibitId}/acts`);
}

export function useStartInventory(exhibitId: string) {
  return useAct<{ folder: string }, InventoryRow>(() => `/exhibits/${exhibitId}/inventories`);
}

export function useInventoryAct(exhibitId: string, inventoryId: string, act: 'cancel' | 'resume' | 'match') {
  return useAct<void, InventoryRow>(() => `/exhibits/${exhibitId}/inventories/${inventoryId}/${act}`);
}

export function useFiles(exhibitId: string, inventoryId: string, query: Query) {
  return useList<FilesPage>('evidence', `/exhibits/${exhibitId}/inventories/${inventoryId}/files`, query);
}

export function useMakeReport(exhibitId: string) {
  return useAct<void, ReportRow>(() => `/exhibits/${exhibitId}/report`);
}

/** Where the report is downloaded from. */
export function useReportPath(exhibitId: string): (form: 'pdf' | 'csv') => string {
  const { path } = useOperationPath();
  return (form) => path(`/exhibits/${exhibitId}/report.${form}`);
}

export function useHashLists() {
  return useResource<HashListRow[]>('evidence', '/hash-lists');
}

export function useSkippedRows(listId: string, after: number, limit: number) {
  return useList<Static<typeof Skips>>('evidence', `/hash-lists/${listId}/skipped`, { after, limit });
}

export function usePreviewList() {
  const { path } = useOperationPath();
  return useChange((file: File) => upload<ListPreview>(path('/hash-lists/preview'), file));
}

export function useImportList() {
  const { path } = useOperationPath();
  return useChange(({ file, ...stated }: ImportListQuery & { file: File }) =>
    upload<Static<typeof ImportedList>>(withQuery(path('/hash-lists'), stated), file),
  );
}
