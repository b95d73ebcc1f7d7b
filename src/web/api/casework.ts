import type { Waiting } from '#access/approvals/schemas.ts';
import type {
  CaseTargetDetail,
  CaseTargetsPage,
  CategoriseBody,
  OpenPersonBody,
  OutcomeVersion,
  PersonVersion,
  RecordOutcomeBody,
  ReportDetail,
  ReportPreview,
  ReportRow,
  ReportsPage,
} from '#casework/schemas.ts';
import type { Query } from './client.ts';
import { useAct, useList, useResource } from './resource.ts';

export function useCaseTargets(query: Query) {
  return useList<CaseTargetsPage>('casework', '/casework/targets', query);
}

export function useCaseTarget(targetId: string) {
  return useResource<CaseTargetDetail>('casework', `/casework/targets/${targetId}`);
}

export function useRecordOutcome(targetId: string) {
  return useAct<RecordOutcomeBody, OutcomeVersion>(() => `/casework/targets/${targetId}/outcomes`);
}

export function useCategorise(targetId: string) {
  return useAct<CategoriseBody, PersonVersion | Waiting>(() => `/casework/targets/${targetId}/category`);
}

export function useOpenPerson(targetId: string) {
  return useAct<OpenPersonBody, Waiting>(() => `/persons/${targetId}/opening`);
}

export function useReportPreview() {
  return useResource<ReportPreview>('casework', '/casework/report');
}

export function useSendReport() {
  return useAct<{ reason?: string }, ReportRow>(() => '/casework/report');
}

export function useReports() {
  return useList<ReportsPage>('reports', '/reports');
}

export function useReport(reportId: string) {
  return useResource<ReportDetail>('reports', `/reports/${reportId}`);
}
