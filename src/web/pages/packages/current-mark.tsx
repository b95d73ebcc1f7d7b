import { t } from '#web/messages/messages.ts';
import { StateMark } from '#web/state/state-mark.tsx';

export function CurrentMark({ current }: { current: boolean }) {
  return current ? (
    <StateMark look={{ shape: 'tick', tone: 'good' }} word={t('package.current')} />
  ) : (
    <StateMark look={{ shape: 'ring', tone: 'idle' }} word={t('package.replaced')} />
  );
}
