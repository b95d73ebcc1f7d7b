import type { Board } from '#results/schemas.ts';
import { useResource } from './resource.ts';

export function useBoard() {
  return useResource<Board>('board', '/board');
}
