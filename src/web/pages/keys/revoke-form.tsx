import { NativeSelect, Textarea } from '@mantine/core';
import type { CardView } from '#operations/key-schemas.ts';
import { useRevokeKey } from '#web/api/keys.ts';
import { useSession, whyNot } from '#web/api/session.ts';
import { t } from '#web/messages/messages.ts';
import { ActForm } from '#web/parts/act-form.tsx';
import { useFields } from '#web/parts/use-fields.ts';
import { toldWords } from './rotate-form.tsx';

/** After a theft or a loss: from now on nothing that the key signed is believed, whatever time it claims. */
export function RevokeForm({ own }: { own: CardView }) {
  const revoke = useRevokeKey();
  const fields = useFields({ fingerprint: '', reason: '' }, ({ fingerprint, reason }) => ({
    fingerprint: fingerprint === '' ? t('form.required') : undefined,
    reason: reason.trim() === '' ? t('form.reasonMissing') : undefined,
  }));
  const keys = own.signingKeys.filter(({ revokedAt }) => revokedAt === null);
  const chosen = keys.find(({ fingerprint }) => fingerprint === fields.form.fingerprint);
  const { data } = revoke;
  return (
    <ActForm
      title={t('keys.revoke')}
      words={
        <>
          <p>{t('keys.revokeWords')}</p>
          {chosen?.signsNow && <p>{t('keys.revokeSigning')}</p>}
        </>
      }
      act={t('keys.revokeAct')}
      grave
      why={whyNot(useSession(), 'node.administer', undefined)}
      pending={revoke.isPending}
      error={revoke.error}
      done={data && (data.announcement ? toldWords(data.announcement) : t('keys.revokedByHand'))}
      onAct={() =>
        fields.ready() &&
        revoke.mutate(
          { fingerprint: fields.form.fingerprint, reason: fields.form.reason.trim() },
          { onSuccess: () => fields.reset() },
        )
      }
    >
      <NativeSelect
        label={t('keys.whichKey')}
        required
        {...fields.text('fingerprint')}
        data={[
          { value: '', label: t('keys.choose') },
          ...keys.map(({ fingerprint, signsNow }) => ({
            value: fingerprint,
            label: signsNow ? t('keys.oneSigning', { key: fingerprint }) : fingerprint,
          })),
        ]}
      />
      <Textarea
        label={t('keys.reason')}
        required
        autosize
        minRows={2}
        maxLength={2000}
        {...fields.text('reason')}
      />
    </ActForm>
  );
}
