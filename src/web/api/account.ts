/** Signing in, and one's own passkeys and sessions. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { AccountView, TerminalView, WaysView } from '#access/sign-in/schemas.ts';
import { get, post, remove } from './client.ts';
import { finishLeaving } from './leaving.ts';
import { useAgency } from './operation.ts';
import { answerWithPasskey, makePasskey } from './passkey.ts';

export function useSignIn(agency: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async () => {
      await finishLeaving(agency);
      const options = await post<PublicKeyCredentialRequestOptionsJSON>(`${api(agency)}/sign-in/options`);
      await post(`${api(agency)}/sign-in`, { response: await answerWithPasskey(options) });
    },
    onSuccess: () => client.invalidateQueries({ queryKey: [agency] }),
  });
}

export function useEnrol(agency: string) {
  return useMutation({
    mutationFn: async ({ code, label }: { code: string; label: string }) => {
      const options = await post<PublicKeyCredentialCreationOptionsJSON>(`${api(agency)}/enrol/options`, {
        code,
      });
      await post(`${api(agency)}/enrol`, { code, label, response: await makePasskey(options) });
    },
  });
}

/** Which ways in the node knows beside passkeys. */
export function useWays(agency: string) {
  return useQuery({
    queryKey: ['ways', agency],
    queryFn: ({ signal }) => get<WaysView>(`${api(agency)}/sign-in/ways`, signal),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** Leaves for the agency's provider, which sends the browser back to the page that it came from. */
export function useProvider(agency: string, what: 'sign-in' | 'enrol' | 'session/prove') {
  return useMutation({
    mutationFn: async (body: { code?: string }) => {
      await finishLeaving(agency);
      const returnTo = window.location.pathname;
      const { url } = await post<{ url: string }>(`${api(agency)}/${what}/provider`, { ...body, returnTo });
      window.location.assign(url);
    },
  });
}

const ACCOUNT = 'account';

export function useAccount() {
  const agency = useAgency();
  return useQuery({
    queryKey: [agency, ACCOUNT],
    queryFn: ({ signal }) => get<AccountView>(`${api(agency)}/account`, signal),
  });
}

export function useAddPasskey() {
  const agency = useAgency();
  return useAccountChange(async ({ label }: { label: string }) => {
    const options = await post<PublicKeyCredentialCreationOptionsJSON>(
      `${api(agency)}/account/passkeys/options`,
    );
    await post(`${api(agency)}/account/passkeys`, { label, response: await makePasskey(options) });
  });
}

export function useRevokePasskey() {
  const agency = useAgency();
  return useAccountChange(({ passkeyId }: { passkeyId: string }) =>
    remove(`${api(agency)}/account/passkeys/${passkeyId}`),
  );
}

export function useLookAtTerminal() {
  const agency = useAgency();
  return useMutation({
    mutationFn: (code: string) => post<TerminalView>(`${api(agency)}/account/terminals/look`, { code }),
  });
}

export function useConfirmTerminal() {
  const agency = useAgency();
  return useAccountChange((code: string) => post<void>(`${api(agency)}/account/terminals/confirm`, { code }));
}

export function useAddKey() {
  const agency = useAgency();
  return useAccountChange((key: { label: string; publicKey: string }) =>
    post<void>(`${api(agency)}/account/keys`, key),
  );
}

export function useRevokeKey() {
  const agency = useAgency();
  return useAccountChange(({ fingerprint }: { fingerprint: string }) =>
    remove(`${api(agency)}/account/keys/${encodeURIComponent(fingerprint)}`),
  );
}

export function useEndSession() {
  const agency = useAgency();
  return useAccountChange(({ sessionId }: { sessionId: string }) =>
    remove(`${api(agency)}/account/sessions/${sessionId}`),
  );
}

function useAccountChange<Input>(change: (input: Input) => Promise<void>) {
  const agency = useAgency();
  const client = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: () => client.invalidateQueries({ queryKey: [agency, ACCOUNT] }),
  });
}

function api(agency: string): string {
  return `/nodes/${agency}/api`;
}
