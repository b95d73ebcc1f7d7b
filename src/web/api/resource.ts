/** Reading and acting below the operation of the page. */
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { get, post, type Query, withQuery } from './client.ts';
import { type LiveRoom, ROOMS } from './live.ts';
import { useOperationPath } from './operation.ts';

/** Reads `rest` below the operation; asked again whenever an act of that room is recorded. */
export function useResource<T>(room: LiveRoom, rest: string, query: Query = {}) {
  const { agency, operationId, path } = useOperationPath();
  return useQuery({
    queryKey: [agency, room, operationId, rest, query],
    queryFn: ({ signal }) => get<T>(withQuery(path(rest), query), signal),
    enabled: operationId !== undefined,
  });
}

/** Like {@link useResource}, for lists: the rows stay until the next filter, sort or page is there. */
export function useList<T>(room: LiveRoom, rest: string, query: Query = {}) {
  const { agency, operationId, path } = useOperationPath();
  return useQuery({
    queryKey: [agency, room, operationId, rest, query],
    queryFn: ({ signal }) => get<T>(withQuery(path(rest), query), signal),
    enabled: operationId !== undefined,
    placeholderData: keepPreviousData,
  });
}

/** An act below the operation, its input sent as the body; when it is done, what it may have changed is read again. */
export function useAct<Input extends object | void, Output = unknown>(rest: (input: Input) => string) {
  const { agency, path } = useOperationPath();
  const client = useQueryClient();
  return useMutation({
    mutationFn: (input: Input) => post<Output>(path(rest(input)), input ?? undefined),
    onSuccess: () => Promise.all(ROOMS.map((room) => client.invalidateQueries({ queryKey: [agency, room] }))),
  });
}
