import { Button } from '@mantine/core';
import type { StoryState, StoryStep } from '#exercise/control.ts';
import { ExerciseControls } from '#web/frame/exercise-controls.tsx';
import { t } from '#web/messages/messages.ts';
import { Time } from '#web/parts/time.tsx';
import { STEP_LOOK } from '#web/state/looks.ts';
import { StateMark } from '#web/state/state-mark.tsx';
import { StepProgress } from './step-progress.tsx';
import classes from './story-panel.module.css';

/** The story: its steps in order, which one runs, and what came of those that are done. */
export function StoryPanel({ story }: { story: StoryState }) {
  return (
    <section aria-labelledby="story">
      <header className={classes.head}>
        <h2 id="story">{t('exercise.story')}</h2>
        <ExerciseControls story={story} Control={PanelButton} />
      </header>
      <p className={`soft ${classes.facts}`}>
        <span>
          {t('exercise.clock')}: <Time at={story.now} />
        </span>
        <span>{t('exercise.observations', { count: story.observations })}</span>
        <span>{t('exercise.seed', { seed: story.seed })}</span>
      </p>
      {story.failure !== null && <p className={classes.failure}>{story.failure}</p>}
      <ol className={classes.steps} aria-live="polite">
        {story.steps.map((step) => (
          <Step key={step.id} step={step} />
        ))}
      </ol>
    </section>
  );
}

function Step({ step }: { step: StoryStep }) {
  return (
    <li className={classes.step} data-state={step.state}>
      <div className={classes.title}>
        <h3>{step.title}</h3>
        <StateMark look={STEP_LOOK[step.state]} word={t(`exercise.step.${step.state}`)} />
      </div>
      {step.state !== 'done' && <p className="soft">{step.words}</p>}
      {step.detail && <p className="soft">{step.detail}</p>}
      {step.progress && step.state === 'running' && (
        <StepProgress progress={step.progress} title={step.title} />
      )}
    </li>
  );
}

function PanelButton({
  onClick,
  disabled,
  children,
}: {
  onClick: () => void;
  disabled?: boolean;
  children: string;
}) {
  return (
    <Button variant="default" size="xs" onClick={onClick} disabled={disabled ?? false}>
      {children}
    </Button>
  );
}
