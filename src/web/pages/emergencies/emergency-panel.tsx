import { NativeSelect, Textarea } from '@mantine/core';
import type { EmergencyView } from '#access/break-glass/schemas.ts';
import { useEndAccess, useJustify, useReview } from '#web/api/emergencies.ts';
import { emergencyWords } from '#web/frame/emergency-banner.tsx';
import { t } from '#web/messages/messages.ts';
import { ActButton } from '#web/parts/act-button.tsx';
import { ActForm } from '#web/parts/act-form.tsx';
import { Stack } from '#web/parts/columns.tsx';
import { Facts } from '#web/parts/facts.tsx';
import { Panel } from '#web/parts/panel.tsx';
import { Problem } from '#web/parts/problem.tsx';
import { ReasonForm } from '#web/parts/reason-form.tsx';
import { Time } from '#web/parts/time.tsx';
import { useFields } from '#web/parts/use-fields.ts';
import { type StateLook, StateMark } from '#web/state/state-mark.tsx';

const LOOK: Readonly<Record<EmergencyView['state'], StateLook>> = {
  open: { shape: 'triangle', tone: 'bad' },
  ended: { shape: 'ring', tone: 'wait' },
  overdue: { shape: 'cross', tone: 'bad' },
  'to-review': { shape: 'half', tone: 'wait' },
  closed: { shape: 'tick', tone: 'good' },
};

/** One opening: who, why, until when; its officer justifies it, an auditor closes it. */
export function EmergencyPanel({ emergency }: { emergency: EmergencyView }) {
  const { officer, operation, state, reason, justification, mine, mayReview } = emergency;
  return (
    <Panel
      title={t('emergency.by', { officer, operation })}
      aside={<StateMark look={LOOK[state]} word={emergencyWords(emergency)} />}
    >
      <Stack>
        <Facts
          columns={2}
          facts={[
            {
              name: t('emergency.why'),
              value: reason ?? <span className="soft">{t('emergency.hidden')}</span>,
            },
            { name: t('emergency.opened'), value: <Time at={emergency.openedAt} /> },
            { name: t('emergency.ends'), value: <Time at={emergency.expiresAt} /> },
            justification !== null && { name: t('emergency.justification'), value: justification },
          ]}
        />
        {mine && state === 'open' && <End emergency={emergency} />}
        {mine && emergency.justifiedAt === null && <Justify emergency={emergency} />}
        {mayReview && <Review emergency={emergency} />}
      </Stack>
    </Panel>
  );
}

function End({ emergency: { emergencyId } }: { emergency: EmergencyView }) {
  const end = useEndAccess(emergencyId);
  return (
    <div className="no-print">
      <ActButton variant="default" loading={end.isPending} onClick={() => end.mutate(undefined)}>
        {t('emergency.end')}
      </ActButton>
      {end.isError && <Problem error={end.error} title={t('problem.actTitle')} />}
    </div>
  );
}

function Justify({ emergency: { emergencyId } }: { emergency: EmergencyView }) {
  const justify = useJustify(emergencyId);
  return (
    <ReasonForm
      title={t('emergency.justify')}
      words={<p>{t('emergency.justifyWords')}</p>}
      act={t('emergency.justifyAct')}
      label={t('emergency.justification')}
      folded
      change={justify}
      onAct={(words, done) => justify.mutate({ words }, { onSuccess: done })}
    />
  );
}

const OUTCOMES = ['justified', 'not-justified'] as const;

function Review({ emergency }: { emergency: EmergencyView }) {
  const review = useReview(emergency);
  const justified = emergency.justification !== null;
  const fields = useFields(
    { outcome: justified ? 'justified' : 'not-justified', words: '' },
    ({ words }) => ({
      words: words.trim().length < 10 ? t('form.reasonMissing') : undefined,
    }),
  );
  const outcome = OUTCOMES.find((one) => one === fields.form.outcome) ?? 'not-justified';
  return (
    <ActForm
      title={t('emergency.review')}
      act={t('emergency.reviewAct')}
      pending={review.isPending}
      error={review.error}
      onAct={() => fields.ready() && review.mutate({ outcome, words: fields.form.words.trim() })}
    >
      <NativeSelect
        label={t('emergency.outcome')}
        data={OUTCOMES.map((value) => ({ value, label: t(`emergency.outcome.${value}`) }))}
        {...fields.text('outcome')}
      />
      <Textarea
        label={t('emergency.reviewWords')}
        required
        autosize
        minRows={2}
        maxLength={500}
        {...fields.text('words')}
      />
    </ActForm>
  );
}
