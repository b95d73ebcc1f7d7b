import { Drawer } from '@mantine/core';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import type { CustodyLine } from '#web/api/custody.ts';
import { t } from '#web/messages/messages.ts';
import { Empty } from '#web/parts/empty.tsx';
import { EventLine } from '#web/parts/event-line.tsx';
import { TrailLink } from '#web/parts/trail-link.tsx';
import classes from './event-log.module.css';
import { EventRow } from './event-row.tsx';

const ROW_HEIGHT = 34;

/** The log in its order; only the rows in view are drawn, so that its length does not matter. */
export function EventLog({
  events,
  more,
}: {
  events: readonly CustodyLine[];
  more: (() => void) | undefined;
}) {
  const place = useRef<HTMLDivElement>(null);
  const [opened, setOpened] = useState<CustodyLine | null>(null);
  // oxlint-disable-next-line react/incompatible-library -- nothing here is memoized by a compiler
  const rows = useVirtualizer({
    count: events.length,
    getScrollElement: () => place.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 12,
  });
  const shown = rows.getVirtualItems();
  const last = shown.at(-1)?.index ?? 0;
  useEffect(() => {
    if (more && last >= events.length - 20) more();
  }, [more, last, events.length]);
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 }[event.key];
    const row = (event.target as HTMLElement).closest<HTMLElement>('[data-index]');
    if (step === undefined || !row) return;
    event.preventDefault();
    const next = Math.max(0, Math.min(events.length - 1, Number(row.dataset.index) + step));
    rows.scrollToIndex(next);
    requestAnimationFrame(() => place.current?.querySelector<HTMLElement>(`[data-index="${next}"]`)?.focus());
  };
  if (events.length === 0) return <Empty what={t('custody.empty')} />;
  return (
    <>
      <div
        ref={place}
        className={classes.log}
        onKeyDown={onKeyDown}
        role="grid"
        aria-label={t('custody.list')}
        aria-rowcount={events.length}
      >
        <div className={classes.head} role="row">
          <span role="columnheader">{t('column.number')}</span>
          <span role="columnheader">{t('column.time')}</span>
          <span role="columnheader">{t('column.event')}</span>
          <span role="columnheader">{t('column.subject')}</span>
          <span role="columnheader">{t('column.actor')}</span>
        </div>
        <div style={{ height: rows.getTotalSize(), position: 'relative' }} role="presentation">
          {shown.map(({ index, start }) => {
            const event = events[index];
            return (
              event && (
                <EventRow key={event.sequence} event={event} index={index} start={start} onOpen={setOpened} />
              )
            );
          })}
        </div>
      </div>
      <Drawer
        opened={opened !== null}
        onClose={() => setOpened(null)}
        position="right"
        size={420}
        title={t('custody.title')}
      >
        {opened && (
          <>
            <EventLine event={opened} />
            <TrailLink kind={opened.subject.kind} id={opened.subject.id} />
          </>
        )}
      </Drawer>
    </>
  );
}
