import type { HoldsView } from '#protection/schemas.ts';
import { useOperation } from '#web/api/operation.ts';
import { useHoldsOn } from '#web/api/protection.ts';
import { may, useSession } from '#web/api/session.ts';
import { t } from '#web/messages/messages.ts';
import { localDate } from '#web/words/format.ts';
import classes from './hold-notice.module.css';

interface Props {
  readonly kind: 'target' | 'exhibit' | 'message';
  readonly id: string;
}

/** That a legal hold keeps this from being erased, by whose word and until when; nothing where none does. */
export function HoldNotice(props: Props) {
  const reads = may(useSession(), 'holds.read', useOperation()?.operationId);
  return reads ? <Standing {...props} /> : null;
}

function Standing({ kind, id }: Props) {
  const { data } = useHoldsOn(kind, id);
  if (!data || data.holds.length === 0) return null;
  return (
    <ul className={classes.notice} aria-label={t('hold.title')}>
      {data.holds.map((hold) => (
        <Hold key={hold.holdId} hold={hold} />
      ))}
    </ul>
  );
}

function Hold({ hold }: { hold: HoldsView['holds'][number] }) {
  const { kind, until, placedBy, reason } = hold;
  return (
    <li>
      <strong>{t('hold.stands', { until: localDate(until, true) })}</strong>{' '}
      <span>{t('hold.by', { what: t(`protection.kind.${kind}`), officer: placedBy, reason })}</span>
    </li>
  );
}
