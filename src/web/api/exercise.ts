/** The exercise as its control tells it. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { StoryState } from '#exercise/control.ts';
import { get } from './client.ts';
import { HOSTED_KEY } from './nodes.ts';

export const EXERCISE_KEY = ['exercise'];

export function useExercise(enabled = true) {
  return useQuery({
    queryKey: EXERCISE_KEY,
    queryFn: ({ signal }) => get<StoryState>('/api/exercise', signal),
    enabled,
  });
}

/** Keeps {@link useExercise} up to date from the story's stream, while mounted; desks appear as nodes are set up. */
export function useStory(enabled: boolean): void {
  const client = useQueryClient();
  useEffect(() => {
    if (!enabled) return;
    let hosted = '';
    const source = new EventSource('/api/exercise/events');
    source.addEventListener('story', (event) => {
      const story = JSON.parse(event.data as string) as StoryState;
      client.setQueryData(EXERCISE_KEY, story);
      // Nodes come one by one in the first step, their desks in the second.
      const now = `${story.steps[0]?.progress?.done} ${story.steps.filter(({ state }) => state === 'done').length}`;
      if (now !== hosted) void client.invalidateQueries({ queryKey: HOSTED_KEY });
      hosted = now;
    });
    return () => source.close();
  }, [client, enabled]);
}
