/** What waits for a second officer, and the signatures of officers' words. */
import { useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import type {
  DecidedView,
  DecisionBody,
  ProposalList,
  ProposalView,
  SignatureList,
  Waiting,
} from '#access/approvals/schemas.ts';
import { get, post, withQuery } from './client.ts';
import { useAgency, useOperation, useOperationPath } from './operation.ts';
import { useChange, useNodeResource } from './resource.ts';

export function useApprovals({ over }: { readonly over: boolean }) {
  return useNodeResource<ProposalList>('approvals', over ? '/approvals?over=yes' : '/approvals');
}

export function useDecide(proposalId: string) {
  const agency = useAgency();
  return useChange((body: DecisionBody) =>
    post<DecidedView>(`/nodes/${agency}/api/approvals/${proposalId}/decision`, body),
  );
}

export function useWithdraw(proposalId: string) {
  const agency = useAgency();
  return useChange(() => post<ProposalView>(`/nodes/${agency}/api/approvals/${proposalId}/withdrawal`));
}

export function useCarryOut(proposalId: string) {
  const agency = useAgency();
  return useChange(() => post<ProposalView>(`/nodes/${agency}/api/approvals/${proposalId}/carrying-out`));
}

/** Leads to what an act answered that was only proposed. @returns false where it was done */
export function useGoToWaiting(): (answer: object | undefined) => answer is Waiting {
  const agency = useAgency();
  const navigate = useNavigate();
  return (answer): answer is Waiting => {
    if (answer === undefined || !('proposalId' in answer) || !('digest' in answer)) return false;
    void navigate({ to: '/$agency/approvals', params: { agency } });
    return true;
  };
}

/** Of the operation of the page; of the node where there is none. */
export function useSignatures() {
  const { agency, path } = useOperationPath();
  const operationId = useOperation()?.operationId;
  const place = operationId === undefined ? `/nodes/${agency}/api/signatures` : path('/signatures');
  return useInfiniteQuery({
    queryKey: [agency, 'custody', operationId, 'signatures'],
    queryFn: ({ pageParam, signal }) => get<SignatureList>(withQuery(place, { before: pageParam }), signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next ?? undefined,
  });
}
