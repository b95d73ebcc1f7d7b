import { useNavigate } from '@tanstack/react-router';
import { useMemo } from 'react';
import type { TargetDocument } from '#packages/types.ts';
import { useAgency } from '#web/api/operation.ts';
import { useDocumentPath } from '#web/api/packages.ts';
import { t } from '#web/messages/messages.ts';
import { DataTable } from '#web/parts/data-table.tsx';
import { Empty } from '#web/parts/empty.tsx';
import { Pager } from '#web/parts/pager.tsx';
import { packageTargetColumns } from './package-target-columns.tsx';

export const TARGETS_SHOWN = 50;
/** Where a target's row leads: the lead's target, this agency's case, or what the package states. */
export type TargetPlace = 'lead' | 'case' | 'package';

interface Props {
  readonly packageId: string;
  readonly targets: readonly TargetDocument[];
  readonly total: number;
  readonly from: number;
  readonly onPage: (from: number) => void;
  readonly link: TargetPlace;
}

/** The targets of a package in rank order, each with its reasons and its dossier. */
export function PackageTargets({ packageId, targets, total, from, onPage, link }: Props) {
  const agency = useAgency();
  const navigate = useNavigate();
  const path = useDocumentPath(packageId);
  const dossier = path('dossiers');
  const columns = useMemo(
    () => packageTargetColumns(link, (targetId) => `${dossier}/${targetId}`),
    [link, dossier],
  );
  const open = ({ targetId }: TargetDocument) => {
    if (link === 'lead')
      return void navigate({ to: '/$agency/targets/$id', params: { agency, id: targetId } });
    const to = link === 'case' ? '/$agency/casework/$targetId' : '/$agency/packages/target/$targetId';
    void navigate({ to, params: { agency, targetId } });
  };
  return (
    <>
      <DataTable
        name="package-targets"
        label={t('package.targets')}
        heading={t('package.targets')}
        columns={columns}
        rows={targets}
        rowId={({ targetId }) => targetId}
        onOpen={open}
        empty={<Empty what={t('list.empty')} />}
      />
      <Pager from={from} size={TARGETS_SHOWN} total={total} onChange={onPage} />
    </>
  );
}
