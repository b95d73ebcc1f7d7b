import { Button } from '@mantine/core';
import { useParams } from '@tanstack/react-router';
import { useProvider, useWays } from '#web/api/account.ts';
import { t } from '#web/messages/messages.ts';

/** For an officer who came in by the agency's provider: proves there that he is still himself, and comes back. */
export function ProveAgain() {
  const { agency } = useParams({ strict: false });
  return agency === undefined ? null : <AtProvider agency={agency} />;
}

function AtProvider({ agency }: { agency: string }) {
  const provider = useWays(agency).data?.provider;
  const prove = useProvider(agency, 'session/prove');
  if (!provider) return null;
  return (
    <Button variant="default" loading={prove.isPending} onClick={() => prove.mutate({})}>
      {t('signIn.proveAt', { provider })}
    </Button>
  );
}
