import type { PapLevel } from '#core/pap.ts';
import type { PapAskedView, PapLeaveBody, PapView } from '#packages/pap-routes.ts';
import type {
  PackageDetail,
  PackageList,
  PackageView,
  ReceivedPackageDetail,
  ReceivedPackageList,
  ReceivedTargetList,
  SendAnswer,
  TargetList,
} from '#packages/schemas.ts';
import { useOperationPath } from './operation.ts';
import { usePlace } from './place.ts';
import { useAct, useList, useResource } from './resource.ts';

export function usePackages() {
  return useResource<PackageList>('packages', '/packages');
}

/** What may be done with a message that came. */
export function usePap(messageId: string) {
  return useResource<PapView>('letters', `/pap/${messageId}`);
}

export function useAskPap() {
  return useAct<PapLeaveBody, PapAskedView>(() => '/pap');
}

export function usePackage(packageId: string) {
  return useResource<PackageDetail>('packages', `/packages/${packageId}`);
}

export function usePackageTargets(packageId: string, from: number, limit: number) {
  return useList<TargetList>('packages', `/packages/${packageId}/targets`, { offset: from, limit });
}

export function useReceivedPackages() {
  return useResource<ReceivedPackageList>('packages', '/received-packages');
}

export function useReceivedPackage(packageId: string) {
  return useResource<ReceivedPackageDetail>('packages', `/received-packages/${packageId}`);
}

export function useReceivedTargets(country: string, from: number, limit: number) {
  return useList<ReceivedTargetList>('packages', '/received-targets', {
    country,
    sort: 'rank',
    offset: from,
    limit,
  });
}

export function useCompose() {
  return useAct<{ pap?: PapLevel }, PackageList>(() => '/packages/compose');
}

export function useApprove() {
  return useAct<{ approvals: Pick<PackageView, 'packageId' | 'digest'>[] }, PackageList>(
    () => '/packages/approve',
  );
}

export function useSend() {
  return useAct<{ packageIds: string[] }, SendAnswer>(() => '/packages/send');
}

/** Where documents of a package are downloaded from. */
export function useDocumentPath(packageId: string): (document: string) => string {
  const { path } = useOperationPath();
  const room = usePlace().lead ? 'packages' : 'received-packages';
  return (document) => path(`/${room}/${packageId}/${document}`);
}
