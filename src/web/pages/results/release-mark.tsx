import type { FigureSetRow } from '#results/schemas.ts';
import { t } from '#web/messages/messages.ts';
import { StateMark } from '#web/state/state-mark.tsx';

export function ReleaseMark({ release }: Pick<FigureSetRow, 'release'>) {
  return release ? (
    <StateMark look={{ shape: 'tick', tone: 'good' }} word={t('results.released')} />
  ) : (
    <StateMark look={{ shape: 'ring', tone: 'wait' }} word={t('results.notReleased')} />
  );
}
