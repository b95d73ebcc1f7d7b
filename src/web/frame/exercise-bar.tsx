import { UnstyledButton } from '@mantine/core';
import { Link, useLocation } from '@tanstack/react-router';
import type { StoryState } from '#exercise/control.ts';
import { useExercise } from '#web/api/exercise.ts';
import { useHosted } from '#web/api/nodes.ts';
import { t } from '#web/messages/messages.ts';
import classes from './exercise-bar.module.css';
import { ExerciseControls } from './exercise-controls.tsx';

/** On every page of an exercise, on screen and on paper: that it is one, and how far its story is. */
export function ExerciseBar() {
  const notice = useHosted().data?.notice;
  const story = useExercise().data;
  const atHome = useLocation({ select: ({ pathname }) => pathname === '/' });
  return (
    <>
      {atHome && (
        <div className="print-head">
          <div>{notice}</div>
        </div>
      )}
      <aside className={`${classes.bar} no-print`} aria-label={t('exercise.title')}>
        <strong className={classes.notice}>{notice}</strong>
        {story && !atHome && <Progress story={story} />}
        {story && !atHome && <ExerciseControls story={story} Control={BarButton} />}
      </aside>
    </>
  );
}

function BarButton({
  onClick,
  disabled,
  children,
}: {
  onClick: () => void;
  disabled?: boolean;
  children: string;
}) {
  return (
    <UnstyledButton className={classes.button} onClick={onClick} disabled={disabled}>
      {children}
    </UnstyledButton>
  );
}

function Progress({ story }: { story: StoryState }) {
  const { steps } = story;
  const current =
    steps.find(({ state }) => state === 'running' || state === 'failed') ??
    steps.find(({ state }) => state === 'waiting');
  return (
    <Link to="/" className={classes.progress}>
      <span className={classes.marks} aria-hidden="true">
        {steps.map(({ id, state }) => (
          <i key={id} data-state={state} />
        ))}
      </span>
      <span className={classes.words}>
        {t(`exercise.state.${story.state}`)}
        {current && `: ${current.title}`}
        {current?.progress &&
          story.state === 'running' &&
          ` ${Math.floor((100 * current.progress.done) / Math.max(1, current.progress.total))}%`}
      </span>
    </Link>
  );
}
