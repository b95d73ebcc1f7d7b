import type { HitDetail } from '#crossmatch/schemas.ts';
import { t } from '#web/messages/messages.ts';
import { Panel } from '#web/parts/panel.tsx';
import { StateMark } from '#web/state/state-mark.tsx';

/** May the hit be passed on? What the codes of both sides say. */
export function Dissemination({
  dissemination: { allowed, reason, notes },
}: Pick<HitDetail, 'dissemination'>) {
  return (
    <Panel title={t('dissemination.title')}>
      <StateMark
        look={allowed ? { shape: 'tick', tone: 'good' } : { shape: 'cross', tone: 'bad' }}
        word={t(allowed ? 'dissemination.allowed' : 'dissemination.blocked')}
      />
      <p>{reason}</p>
      {notes.map((note) => (
        <p key={note} className="soft">
          {note}
        </p>
      ))}
    </Panel>
  );
}
