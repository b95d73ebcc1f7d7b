import { NativeSelect, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { OfficerList, OfficerView } from '#access/officer-schemas.ts';
import type { Role } from '#access/policy.ts';
import { useGoToWaiting } from '#web/api/approvals.ts';
import { useGrantRole, useWithdrawRole } from '#web/api/officers.ts';
import { useSession } from '#web/api/session.ts';
import { t } from '#web/messages/messages.ts';
import { ActButton } from '#web/parts/act-button.tsx';
import { ActForm } from '#web/parts/act-form.tsx';
import { Panel } from '#web/parts/panel.tsx';
import { Problem } from '#web/parts/problem.tsx';
import { useFields } from '#web/parts/use-fields.ts';
import classes from './officer-roles.module.css';
import { roleWords } from './role-words.ts';

interface Props {
  readonly officer: OfficerView;
  readonly operations: OfficerList['operations'];
}

/** What the officer may do, and on which operation. */
export function OfficerRoles({ officer, operations }: Props) {
  const withdraw = useWithdrawRole();
  const waits = useGoToWaiting();
  const [reason, setReason] = useState('');
  const { officerId, grants } = officer;
  return (
    <>
      <Panel title={t('officer.roles')}>
        {withdraw.isError && <Problem error={withdraw.error} title={t('problem.actTitle')} />}
        <TextInput
          label={t('officer.reason')}
          description={t('officer.reasonHint')}
          maxLength={1000}
          value={reason}
          onChange={({ currentTarget }) => setReason(currentTarget.value)}
        />
        {grants.length === 0 && <p className="soft">{t('officer.noRoles')}</p>}
        <ul className={classes.roles}>
          {grants.map((grant) => (
            <li key={`${grant.role} ${grant.operationId}`}>
              <span>{roleWords(grant, operations)}</span>
              <ActButton
                size="compact-xs"
                variant="default"
                onClick={() =>
                  withdraw.mutate(
                    { officerId, ...grant, reason },
                    { onSuccess: (answer) => void waits(answer) },
                  )
                }
              >
                {t('officer.withdraw')}
              </ActButton>
            </li>
          ))}
        </ul>
      </Panel>
      <GrantRole officerId={officerId} operations={operations} reason={reason} />
    </>
  );
}

interface GrantProps extends Pick<Props, 'operations'> {
  readonly officerId: string;
  readonly reason: string;
}

function GrantRole({ officerId, operations, reason }: GrantProps) {
  const grant = useGrantRole();
  const waits = useGoToWaiting();
  const roles = rolesOf(useSession().policy);
  const fields = useFields({ role: '', operationId: operations.at(-1)?.operationId ?? '' }, ({ role }) => ({
    role: role === '' ? t('form.required') : undefined,
  }));
  const { role, operationId } = fields.form;
  const ofNode = role === 'administrator';
  return (
    <ActForm
      title={t('officer.grant')}
      act={t('officer.grantAct')}
      pending={grant.isPending}
      error={grant.error}
      onAct={() =>
        fields.ready() &&
        grant.mutate(
          { officerId, role, operationId: ofNode ? null : operationId || null, reason },
          { onSuccess: (answer) => void waits(answer) },
        )
      }
    >
      <NativeSelect
        label={t('officer.role')}
        required
        data={[{ value: '', label: '' }, ...roles.map((one) => ({ value: one, label: t(`role.${one}`) }))]}
        {...fields.text('role')}
      />
      {!ofNode && (
        <NativeSelect
          label={t('officer.operation')}
          data={operations.map((one) => ({ value: one.operationId, label: one.codeName }))}
          {...fields.text('operationId')}
        />
      )}
    </ActForm>
  );
}

/** Every role that is granted, in the order of the policy. */
function rolesOf(policy: Readonly<Record<string, readonly Role[]>>): Role[] {
  return [...new Set(Object.values(policy).flat())].filter((role) => role !== 'imminent-risk');
}
