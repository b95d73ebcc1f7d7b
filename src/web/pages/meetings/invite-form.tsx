import { Checkbox } from '@mantine/core';
import { useState } from 'react';
import type { MeetingView } from '#operations/meeting-schemas.ts';
import { useInvite } from '#web/api/meetings.ts';
import { useOperation } from '#web/api/operation.ts';
import { useSession, whyNot } from '#web/api/session.ts';
import { t } from '#web/messages/messages.ts';
import { ActForm } from '#web/parts/act-form.tsx';
import { agencyName } from '#web/words/agency-name.ts';
import classes from './agency-choice.module.css';
import { useMeetingAgencies } from './use-meeting-agencies.ts';

/** Agencies of the operation that are not invited yet. */
export function InviteForm({ meeting }: { meeting: MeetingView }) {
  const operation = useOperation();
  const invite = useInvite(meeting.meetingId);
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const invited = new Set(meeting.agencies.filter((one) => one.invited).map(({ agencyId }) => agencyId));
  const open = useMeetingAgencies().filter((id) => !invited.has(id));
  const agencies = chosen.filter((id) => open.includes(id));
  const why =
    whyNot(useSession(), 'meeting.manage', operation?.operationId) ??
    (open.length === 0 ? t('meeting.inviteNone') : undefined);
  return (
    <ActForm
      title={t('meeting.invite')}
      act={t('meeting.inviteAct')}
      why={why}
      pending={invite.isPending}
      error={invite.error}
      onAct={() => agencies.length > 0 && invite.mutate({ agencies })}
    >
      <div className={classes.choice}>
        {open.map((id) => (
          <Checkbox
            key={id}
            size="xs"
            label={agencyName(operation, id)}
            checked={agencies.includes(id)}
            onChange={(event) =>
              setChosen(
                event.currentTarget.checked ? [...agencies, id] : agencies.filter((one) => one !== id),
              )
            }
          />
        ))}
      </div>
    </ActForm>
  );
}
