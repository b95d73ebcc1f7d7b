import { useParams } from '@tanstack/react-router';
import type { OfficerList, OfficerView } from '#access/officer-schemas.ts';
import { useConfirmRecovery, useEndAllSessions, useOfficers, useRetire } from '#web/api/officers.ts';
import { useSession } from '#web/api/session.ts';
import { t } from '#web/messages/messages.ts';
import { ActButton } from '#web/parts/act-button.tsx';
import { ActForm } from '#web/parts/act-form.tsx';
import { Columns } from '#web/parts/columns.tsx';
import { Empty } from '#web/parts/empty.tsx';
import { Loaded } from '#web/parts/loaded.tsx';
import { PageHead } from '#web/parts/page-head.tsx';
import { Problem } from '#web/parts/problem.tsx';
import { EnrolmentCode } from './enrolment-code.tsx';
import { OfficerRoles } from './officer-roles.tsx';

/** One officer: roles, way in, and the end of service. */
export function OfficerPage() {
  const { id } = useParams({ from: '/$agency/officers/$id' });
  const officers = useOfficers();
  return (
    <Loaded query={officers}>
      {(list) => {
        const officer = list.officers.find(({ officerId }) => officerId === id);
        return officer ? (
          <Officer officer={officer} operations={list.operations} />
        ) : (
          <Empty what={t('officer.missing')} />
        );
      }}
    </Loaded>
  );
}

function Officer({ officer, operations }: { officer: OfficerView; operations: OfficerList['operations'] }) {
  const { officerId, enrolment } = officer;
  const waits = enrolment?.recovery && enrolment.confirmedBy === null;
  return (
    <>
      <PageHead title={officer.name} lead={<span className="mono">{officerId}</span>} />
      <Columns
        side={
          <>
            {waits && <ConfirmRecovery enrolmentId={enrolment.enrolmentId} madeBy={enrolment.madeBy} />}
            <EnrolmentCode officer={officer} />
            <Leaving officer={officer} />
          </>
        }
      >
        <OfficerRoles officer={officer} operations={operations} />
      </Columns>
    </>
  );
}

function ConfirmRecovery({ enrolmentId, madeBy }: { enrolmentId: string; madeBy: string }) {
  const confirm = useConfirmRecovery();
  return (
    <ActForm
      title={t('officer.confirm')}
      words={<p>{t('officer.confirmWords', { by: madeBy })}</p>}
      act={t('officer.confirmAct')}
      pending={confirm.isPending}
      error={confirm.error}
      done={confirm.isSuccess ? t('officer.confirmed') : undefined}
      onAct={() => confirm.mutate({ enrolmentId })}
    />
  );
}

function Leaving({ officer: { officerId, sessions } }: { officer: OfficerView }) {
  const end = useEndAllSessions();
  const retire = useRetire();
  const own = useSession().officerId === officerId;
  return (
    <>
      {sessions > 0 && (
        <div>
          <ActButton variant="default" loading={end.isPending} onClick={() => end.mutate({ officerId })}>
            {t('officer.end')}
          </ActButton>
          {end.isError && <Problem error={end.error} title={t('problem.actTitle')} />}
        </div>
      )}
      {!own && (
        <ActForm
          title={t('officer.retire')}
          words={<p>{t('officer.retireWords')}</p>}
          act={t('officer.retireAct')}
          grave
          pending={retire.isPending}
          error={retire.error}
          onAct={() => retire.mutate({ officerId })}
        />
      )}
    </>
  );
}
