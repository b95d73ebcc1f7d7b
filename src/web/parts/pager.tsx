import { Button } from '@mantine/core';
import { t } from '#web/messages/messages.ts';
import classes from './pager.module.css';

/** Place in a list that the node pages. */
export function Pager({
  from,
  size,
  total,
  onChange,
}: {
  from: number;
  size: number;
  total: number;
  onChange: (from: number) => void;
}) {
  if (total <= size && from === 0) return null;
  return (
    <div className={`${classes.pager} no-print`}>
      <span className="soft">
        {t('list.page', { from: from + 1, to: Math.min(total, from + size), count: total })}
      </span>
      <Button
        variant="default"
        size="xs"
        disabled={from === 0}
        onClick={() => onChange(Math.max(0, from - size))}
      >
        {t('list.previous')}
      </Button>
      <Button
        variant="default"
        size="xs"
        disabled={from + size >= total}
        onClick={() => onChange(from + size)}
      >
        {t('list.next')}
      </Button>
    </div>
  );
}
