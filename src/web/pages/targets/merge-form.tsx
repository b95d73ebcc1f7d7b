import { TextInput } from '@mantine/core';
import { useState } from 'react';
import { useGoToWaiting } from '#web/api/approvals.ts';
import { useMerge } from '#web/api/links.ts';
import { t } from '#web/messages/messages.ts';
import { LinkAct } from './link-act.tsx';
import classes from './links-panel.module.css';

/** Merging with a target that no rule suggests: an officer knows more than the log. */
export function MergeForm({ targetId }: { targetId: string }) {
  const [other, setOther] = useState('');
  const [asked, setAsked] = useState(false);
  const merge = useMerge();
  const waits = useGoToWaiting();
  const id = other.trim();
  const right = /^target_[0-9a-z]{1,64}$/.test(id) && id !== targetId;
  return (
    <div className={`${classes.acts} no-print`}>
      <LinkAct
        name={t('links.mergeOther')}
        title={t('links.mergeOther')}
        words={t('links.mergeWords')}
        act={t('links.mergeAct')}
        change={merge}
        onAct={(acted, done) => {
          setAsked(true);
          if (!right) return false;
          return merge.mutate(
            { targetIds: [targetId, id], ...acted },
            { onSuccess: (answer) => waits(answer) || done() },
          );
        }}
      >
        <TextInput
          label={t('links.otherId')}
          description={t('links.otherIdHint')}
          required
          value={other}
          error={asked && !right && t('links.otherIdWrong')}
          onChange={(event) => setOther(event.currentTarget.value)}
        />
      </LinkAct>
    </div>
  );
}
