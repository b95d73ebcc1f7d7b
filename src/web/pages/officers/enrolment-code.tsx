import type { OfficerView } from '#access/officer-schemas.ts';
import { useMakeEnrolment } from '#web/api/officers.ts';
import { t } from '#web/messages/messages.ts';
import { ActForm } from '#web/parts/act-form.tsx';
import classes from './enrolment-code.module.css';

/** Makes a one-time code and shows it: the node keeps only its hash. */
export function EnrolmentCode({ officer: { officerId, passkeys, keys } }: { officer: OfficerView }) {
  const make = useMakeEnrolment();
  return (
    <ActForm
      title={t('officer.code')}
      words={
        <>
          <p>{t('officer.codeWords')}</p>
          {passkeys + keys > 0 && <p>{t('officer.recoveryWords')}</p>}
          {make.data && (
            <p role="status">
              {t('officer.codeIs')} <output className={classes.code}>{make.data.code}</output>
            </p>
          )}
        </>
      }
      act={t('officer.codeAct')}
      pending={make.isPending}
      error={make.error}
      onAct={() => make.mutate({ officerId })}
    />
  );
}
