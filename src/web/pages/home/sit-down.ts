import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { post } from '#web/api/client.ts';

export interface Seat {
  readonly agencyId: string;
  readonly officerId: string;
}

/** Takes a desk of the exercise and goes to its board. */
export function useSitDown() {
  const client = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: (seat: Seat) => post<void>('/api/desk', seat),
    onSuccess: async (_, { agencyId }) => {
      client.removeQueries({ queryKey: [agencyId] });
      await navigate({ to: '/$agency/board', params: { agency: agencyId } });
    },
  });
}
