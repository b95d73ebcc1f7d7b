import { Link } from '@tanstack/react-router';
import { useAgency } from '#web/api/operation.ts';
import { kindWords } from './kind-words.ts';

interface Props {
  readonly messageId: string;
  readonly kind: string;
  readonly direction?: 'sent' | 'received';
}

/** To the page of a message, by what it is. */
export function MessageLink({ messageId, kind, direction }: Props) {
  const agency = useAgency();
  return (
    <Link
      to="/$agency/messages/$id"
      params={{ agency, id: messageId }}
      search={direction === 'received' ? { direction } : {}}
      title={messageId}
    >
      {kindWords(kind)}
    </Link>
  );
}
