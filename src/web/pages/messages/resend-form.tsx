import { useState } from 'react';
import type { MessageView } from '#exchange/schemas.ts';
import { useOperation } from '#web/api/operation.ts';
import { useSession, whyNot } from '#web/api/session.ts';
import { useResend } from '#web/api/tracking.ts';
import { t } from '#web/messages/messages.ts';
import { ReasonForm } from '#web/parts/reason-form.tsx';

/** Sends a message again to whoever has not acknowledged it. */
export function ResendForm({ message }: { message: MessageView }) {
  const resend = useResend(message.messageId);
  const [done, setDone] = useState(false);
  const denied = whyNot(useSession(), 'exchange.send', useOperation()?.operationId);
  const open = message.deliveries.some(({ state }) => state !== 'acknowledged');
  if (done)
    return (
      <p role="status" className="soft">
        {t('message.resent')}
      </p>
    );
  return (
    <ReasonForm
      folded
      title={t('message.resend')}
      words={<p>{t('message.resendWords')}</p>}
      act={t('message.resend')}
      label={t('message.resendReason')}
      why={denied ?? (open ? undefined : t('message.resendAll'))}
      change={resend}
      onAct={(reason, clear) =>
        resend.mutate(
          { reason },
          {
            onSuccess: () => {
              clear();
              setDone(true);
            },
          },
        )
      }
    />
  );
}
