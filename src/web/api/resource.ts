/** Reading and acting below the operation of the page. */
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { get, post, type Query, withQuery } from './client.ts';
import { type LiveRoom, ROOMS } from './live.ts';
import { useAgency, useOperationPath } from './operation.ts';

/** How soon to ask again, in milliseconds, while something runs that no act tells of; false: not at all. */
export type AskAgain<T> = (data: T | undefined) => number | false;

/** Reads `rest` below the operation; asked again whenever an act of that room is recorded. */
export function useResource<T>(room: LiveRoom, rest: string, query: Query = {}, again?: AskAgain<T>) {
  const { agency, operationId, path } = useOperationPath();
  return useQuery({
    queryKey: [agency, room, operationId, rest, query],
    queryFn: ({ signal }) => get<T>(withQuery(path(rest), query), signal),
    enabled: operationId !== undefined,
    refetchInterval: ({ state }) => again?.(state.data) ?? false,
  });
}

/** Reads what belongs to the node and not to one operation. */
export function useNodeResource<T>(room: LiveRoom, rest: string, again?: AskAgain<T>) {
  const agency = useAgency();
  return useQuery({
    queryKey: [agency, room, 'node', rest],
    queryFn: ({ signal }) => get<T>(`/nodes/${agency}/api${rest}`, signal),
    refetchInterval: ({ state }) => again?.(state.data) ?? false,
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
  const { path } = useOperationPath();
  return useChange((input: Input) => post<Output>(path(rest(input)), input ?? undefined));
}

/** An act on what belongs to the node and not to one operation. */
export function useNodeAct<Input extends object, Output>(rest: string) {
  const agency = useAgency();
  return useChange((input: Input) => post<Output>(`/nodes/${agency}/api${rest}`, input));
}

/** Anything that changes the node's records: what it may have changed is read again. */
export function useChange<Input, Output>(change: (input: Input) => Promise<Output>) {
  const agency = useAgency();
  const client = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: () => Promise.all(ROOMS.map((room) => client.invalidateQueries({ queryKey: [agency, room] }))),
  });
}
