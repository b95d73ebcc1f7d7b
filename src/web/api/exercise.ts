/** The exercise as its control tells it. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { StoryState } from '#exercise/control.ts';
import { get } from './client.ts';

export const EXERCISE_KEY = ['exercise'];

export function useExercise(enabled = true) {
  return useQuery({
    queryKey: EXERCISE_KEY,
    queryFn: ({ signal }) => get<StoryState>('/api/exercise', signal),
    enabled,
  });
}

/** Keeps {@link useExercise} up to date from the story's stream, while mounted. */
export function useStory(enabled: boolean): void {
  const client = useQueryClient();
  useEffect(() => {
    if (!enabled) return;
    const source = new EventSource('/api/exercise/events');
    source.addEventListener('story', (event) =>
      client.setQueryData(EXERCISE_KEY, JSON.parse(event.data as string)),
    );
    return () => source.close();
  }, [client, enabled]);
}
