import { Progress } from '@mantine/core';
import type { StoryStep } from '#exercise/control.ts';
import { t } from '#web/messages/messages.ts';

/** How far a running step is, in its own unit. */
export function StepProgress({
  progress,
  title,
}: {
  progress: NonNullable<StoryStep['progress']>;
  title: string;
}) {
  const { done, total, unit } = progress;
  return (
    <>
      <Progress value={total > 0 ? (100 * done) / total : 0} size={6} mt={8} mb={4} aria-label={title} />
      <span className="soft">{t('exercise.progress', { done, total, unit })}</span>
    </>
  );
}
