import { useNow } from '#web/api/clock.ts';
import { t } from '#web/messages/messages.ts';
import { duration, utcTime } from '#web/words/format.ts';

/** How long until or since a moment, by the node's clock: `6 h left`, `20 min over`. */
export function Until({ at, past = 'over' }: { at: string; past?: 'over' | 'ago' }) {
  const left = Date.parse(at) - useNow();
  const words = { duration: duration(left) };
  return (
    <time dateTime={at} title={utcTime(at)}>
      {left >= 0
        ? t('format.left', words)
        : past === 'over'
          ? t('format.over', words)
          : t('format.ago', words)}
    </time>
  );
}
