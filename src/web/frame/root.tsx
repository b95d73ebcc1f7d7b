import { Outlet } from '@tanstack/react-router';
import { useStory } from '#web/api/exercise.ts';
import { useHosted } from '#web/api/nodes.ts';
import { ConditionBanner } from './condition-banner.tsx';
import { ExerciseBar } from './exercise-bar.tsx';

/** Around everything: in an exercise, its notice and its control; what the node cannot do; then the page. */
export function Root() {
  const exercise = useHosted().data?.exercise ?? false;
  useStory(exercise);
  return (
    <>
      {exercise && <ExerciseBar />}
      <ConditionBanner />
      <Outlet />
    </>
  );
}
