import { t } from '#web/messages/messages.ts';
import { StateMark } from '#web/state/state-mark.tsx';

/** How much of the time had passed when the last alarm was raised. */
export function AlarmMark({ percent }: { percent: 50 | 75 | 90 | 100 }) {
  return (
    <StateMark
      look={percent === 100 ? { shape: 'triangle', tone: 'bad' } : { shape: 'triangle', tone: 'wait' }}
      word={percent === 100 ? t('deadlines.over') : t('deadlines.percent', { percent })}
    />
  );
}
