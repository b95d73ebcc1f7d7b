import { Button, Group, Modal } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type ComponentType, useState } from 'react';
import type { StoryState } from '#exercise/control.ts';
import { post } from '#web/api/client.ts';
import { EXERCISE_KEY } from '#web/api/exercise.ts';
import { HOSTED_KEY } from '#web/api/nodes.ts';
import { t } from '#web/messages/messages.ts';
import { Problem } from '#web/parts/problem.tsx';
import classes from './exercise-controls.module.css';

type Control = ComponentType<{ onClick: () => void; disabled?: boolean; children: string }>;

/** Pause, go on, one step, start over; `Control` draws one button. */
export function ExerciseControls({ story, Control }: { story: StoryState; Control: Control }) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const [asking, setAsking] = useState(false);
  const act = useMutation({
    mutationFn: (what: 'pause' | 'resume' | 'step' | 'reset') => post<StoryState>(`/api/exercise/${what}`),
    onSuccess: async (state, what) => {
      client.setQueryData(EXERCISE_KEY, state);
      if (what !== 'reset') return;
      setAsking(false);
      await navigate({ to: '/' });
      client.removeQueries({
        predicate: ({ queryKey }) => queryKey[0] !== EXERCISE_KEY[0] && queryKey[0] !== HOSTED_KEY[0],
      });
      await client.invalidateQueries({ queryKey: HOSTED_KEY });
    },
  });
  const over = story.state === 'finished' || story.state === 'failed';
  return (
    <span className={classes.controls}>
      {story.state === 'running' ? (
        <Control onClick={() => act.mutate('pause')}>{t('exercise.pause')}</Control>
      ) : (
        <Control onClick={() => act.mutate('resume')} disabled={over}>
          {t('exercise.resume')}
        </Control>
      )}
      <Control onClick={() => act.mutate('step')} disabled={over || story.state === 'running'}>
        {t('exercise.step')}
      </Control>
      <Control onClick={() => setAsking(true)}>{t('exercise.reset')}</Control>
      <Modal opened={asking} onClose={() => setAsking(false)} title={t('exercise.resetTitle')}>
        <p>{t('exercise.resetWords')}</p>
        {act.isError && <Problem error={act.error} title={t('problem.actTitle')} />}
        <Group mt="lg" gap="sm">
          <Button color="red" loading={act.isPending} onClick={() => act.mutate('reset')}>
            {t('exercise.reset')}
          </Button>
          <Button variant="default" onClick={() => setAsking(false)}>
            {t('act.cancel')}
          </Button>
        </Group>
      </Modal>
    </span>
  );
}
