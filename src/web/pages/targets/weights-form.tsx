import { Textarea, TextInput } from '@mantine/core';
import type { RankingProfile } from '#observations/targets/ranking.ts';
import { useOperation } from '#web/api/operation.ts';
import { useSession, whyNot } from '#web/api/session.ts';
import { useSaveRanking } from '#web/api/target-work.ts';
import { t } from '#web/messages/messages.ts';
import { ActForm } from '#web/parts/act-form.tsx';
import { useFields } from '#web/parts/use-fields.ts';
import {
  fits,
  LIMITS,
  WEIGHT_FIELDS,
  type WeightForm,
  weightField,
  weightForm,
  weightsOf,
} from '#web/words/weights.ts';
import classes from './ranking-page.module.css';

function faults(form: WeightForm): Record<string, string | undefined> {
  const numbers = WEIGHT_FIELDS.flatMap(({ feature, parts }) =>
    parts.map((part) => {
      const field = weightField(feature, part);
      const [least, most] = LIMITS[part];
      return [field, fits(part, form[field]) ? undefined : t('ranking.whole', { least, most })] as const;
    }),
  );
  return {
    ...Object.fromEntries(numbers),
    name: /^[a-z][a-z0-9-]{0,39}$/.test(form['name'] ?? '') ? undefined : t('ranking.nameWrong'),
    reason: form['reason']?.trim() ? undefined : t('form.reasonMissing'),
  };
}

/** Other weights, beginning with those in force, and why. */
export function WeightsForm({ inForce }: { inForce: RankingProfile }) {
  const save = useSaveRanking();
  const why = whyNot(useSession(), 'targets.build', useOperation()?.operationId);
  const initial: WeightForm = { ...weightForm(inForce), name: inForce.name, reason: '' };
  const fields = useFields(initial, faults);
  const { form, text } = fields;
  const submit = () => {
    if (!fields.ready()) return false;
    const asked = {
      name: form['name'] ?? '',
      reason: form['reason']?.trim() ?? '',
      weights: weightsOf(form),
    };
    save.mutate(asked, { onSuccess: () => fields.reset({ ...form, reason: '' }) });
    return true;
  };
  const saved = save.data && t('ranking.saved', { version: `${save.data.name}-${save.data.version}` });
  return (
    <ActForm
      title={t('ranking.save')}
      words={<p>{t('ranking.saveWords')}</p>}
      act={t('ranking.saveAct')}
      why={why}
      pending={save.isPending}
      error={save.error}
      done={saved}
      onAct={submit}
    >
      <div>
        {WEIGHT_FIELDS.map(({ feature, parts }) => (
          <fieldset key={feature} className={classes.row}>
            <legend>{t(`ranking.of.${feature}`)}</legend>
            {parts.map((part) => (
              <TextInput
                key={part}
                size="xs"
                inputMode="numeric"
                label={t(`ranking.${part}`)}
                {...text(weightField(feature, part))}
              />
            ))}
          </fieldset>
        ))}
      </div>
      <TextInput
        label={t('ranking.name')}
        description={t('ranking.nameHint')}
        required
        maxLength={40}
        {...text('name')}
      />
      <Textarea
        label={t('ranking.reason')}
        description={t('ranking.reasonHint')}
        required
        autosize
        minRows={2}
        maxLength={2000}
        {...text('reason')}
      />
    </ActForm>
  );
}
