import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { PapLevel } from '#core/pap.ts';
import type { PackageView } from '#packages/schemas.ts';
import { useAgency, useOperation } from '#web/api/operation.ts';
import { useCompose } from '#web/api/packages.ts';
import { useSession, whyNot } from '#web/api/session.ts';
import { t } from '#web/messages/messages.ts';
import { ActButton } from '#web/parts/act-button.tsx';
import { PapSelect } from '#web/parts/pap-select.tsx';
import { Problem } from '#web/parts/problem.tsx';

/** Compose, approve, send: each says what it will do, or why it cannot. */
export function LeadActions({ packages }: { packages: readonly PackageView[] }) {
  const agency = useAgency();
  const operationId = useOperation()?.operationId;
  const session = useSession();
  const navigate = useNavigate();
  const compose = useCompose();
  const [pap, setPap] = useState<PapLevel>('GREEN');
  const composed = packages.filter(({ state }) => state === 'composed');
  const approved = packages.filter(({ state }) => state === 'approved');
  return (
    <>
      {compose.isError && <Problem error={compose.error} title={t('problem.actTitle')} />}
      {packages.length === 0 && (
        <>
          <PapSelect value={pap} onChange={setPap} />
          <ActButton
            why={whyNot(session, 'packages.compose', operationId)}
            loading={compose.isPending}
            onClick={() => compose.mutate({ pap })}
          >
            {t('packages.compose')}
          </ActButton>
        </>
      )}
      <ActButton
        variant="default"
        why={
          whyNot(session, 'packages.approve', operationId) ??
          (composed.length === 0 ? t('packages.noneToApprove') : undefined)
        }
        onClick={() => void navigate({ to: '/$agency/packages/approve', params: { agency } })}
      >
        {composed.length === 0
          ? t('packages.approveNone')
          : t('packages.approve', { count: composed.length })}
      </ActButton>
      <ActButton
        variant="default"
        why={
          whyNot(session, 'packages.send', operationId) ??
          (approved.length === 0 ? t('packages.noneToSend') : undefined)
        }
        onClick={() => void navigate({ to: '/$agency/packages/send', params: { agency } })}
      >
        {approved.length === 0 ? t('packages.sendNone') : t('packages.send', { count: approved.length })}
      </ActButton>
    </>
  );
}
