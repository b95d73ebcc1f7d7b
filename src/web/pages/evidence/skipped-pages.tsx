import { Button } from '@mantine/core';
import { t } from '#web/messages/messages.ts';
import classes from './files-page.module.css';

/** Forward through skipped rows, and back to the first. */
export function SkippedPages({
  after,
  next,
  onPage,
}: {
  after: number;
  next: number | undefined;
  onPage: (after: number) => void;
}) {
  if (after === 0 && next === undefined) return null;
  return (
    <div className={`${classes.pages} no-print`}>
      <Button variant="default" size="xs" disabled={after === 0} onClick={() => onPage(0)}>
        {t('files.first')}
      </Button>
      <Button
        variant="default"
        size="xs"
        disabled={next === undefined}
        onClick={() => next !== undefined && onPage(next)}
      >
        {t('list.next')}
      </Button>
    </div>
  );
}
