import type { MessagePage } from '#exchange/schemas.ts';
import type { Query } from './client.ts';
import { useList } from './resource.ts';

export function useMessages(query: Query) {
  return useList<MessagePage>('messages', '/messages', query);
}
