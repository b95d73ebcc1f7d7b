import { useNavigate } from '@tanstack/react-router';
import { useAgency, useOperation } from '#web/api/operation.ts';
import { useSession, whyNot } from '#web/api/session.ts';
import { t } from '#web/messages/messages.ts';
import { ActButton } from '#web/parts/act-button.tsx';

/** Registers an exhibit that was seized in this target's case. */
export function RegisterButton({ targetId }: { targetId: string }) {
  const agency = useAgency();
  const navigate = useNavigate();
  const why = whyNot(useSession(), 'evidence.register', useOperation()?.operationId);
  return (
    <ActButton
      variant="default"
      why={why}
      onClick={() =>
        void navigate({
          to: '/$agency/evidence/register',
          params: { agency },
          search: { target: targetId },
        })
      }
    >
      {t('evidence.register')}
    </ActButton>
  );
}
