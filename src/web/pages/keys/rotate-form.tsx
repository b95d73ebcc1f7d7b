import { Checkbox, NumberInput } from '@mantine/core';
import type { AnnouncementView } from '#operations/key-schemas.ts';
import { useRotateKeys } from '#web/api/keys.ts';
import { useSession, whyNot } from '#web/api/session.ts';
import { t } from '#web/messages/messages.ts';
import { ActForm } from '#web/parts/act-form.tsx';
import { useFields } from '#web/parts/use-fields.ts';
import { agencyName } from '#web/words/agency-name.ts';

/** New keys for this node; partners are told by a message that the old key signs. */
export function RotateForm({ inAgent }: { inAgent: boolean }) {
  const rotate = useRotateKeys();
  const fields = useFields(
    { signing: !inAgent, encryption: true, overlapHours: 24 },
    ({ signing, encryption }) => ({
      encryption: signing || encryption ? undefined : t('keys.chooseOne'),
    }),
  );
  const { form, wrong, set } = fields;
  return (
    <ActForm
      title={t('keys.rotate')}
      words={<p>{t('keys.rotateWords')}</p>}
      act={t('keys.rotateAct')}
      why={whyNot(useSession(), 'node.administer', undefined)}
      pending={rotate.isPending}
      error={rotate.error}
      done={rotate.data && toldWords(rotate.data)}
      onAct={() => fields.ready() && rotate.mutate(form)}
    >
      <Checkbox
        label={t('keys.newSigning')}
        description={inAgent ? t('keys.inAgent') : undefined}
        disabled={inAgent}
        checked={form.signing}
        onChange={({ currentTarget }) => set({ signing: currentTarget.checked })}
      />
      <Checkbox
        label={t('keys.newEncryption')}
        checked={form.encryption}
        error={wrong.encryption}
        onChange={({ currentTarget }) => set({ encryption: currentTarget.checked })}
      />
      <NumberInput
        label={t('keys.overlap')}
        description={t('keys.overlapHint')}
        min={0}
        max={8760}
        clampBehavior="strict"
        allowDecimal={false}
        value={form.overlapHours}
        onChange={(value) => set({ overlapHours: Number(value) || 0 })}
      />
    </ActForm>
  );
}

/** Whom the new card goes to, and who gets it by hand. */
export function toldWords({ told, byHand }: AnnouncementView): string {
  const names = (ids: readonly string[]) => ids.map((id) => agencyName(undefined, id)).join(', ');
  return [
    told.length === 0 ? t('keys.toldNobody') : t('keys.told', { agencies: names(told) }),
    ...(byHand.length === 0 ? [] : [t('keys.byHand', { agencies: names(byHand) })]),
  ].join(' ');
}
