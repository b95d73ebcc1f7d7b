/** Keys of the frame: `/`, `?`, `h`, and `g` followed by a letter. Never while somebody is typing; Escape leaves a field. */
import { useNavigate } from '@tanstack/react-router';
import { useEffect } from 'react';
import { CHAIN } from './chain.ts';

interface Keys {
  readonly onSearch: () => void;
  readonly onHelp: () => void;
  readonly onHistory: () => void;
}

const GO_MS = 1200;

export function isTyping(event: KeyboardEvent): boolean {
  const place = event.target;
  if (!(place instanceof HTMLElement)) return false;
  return (
    place.isContentEditable ||
    ['INPUT', 'TEXTAREA', 'SELECT'].includes(place.tagName) ||
    place.closest('[role="dialog"]') !== null
  );
}

/** In a dialog Escape closes the dialog; on the page it gives the keys back. */
function leaveField(event: KeyboardEvent): void {
  const { target } = event;
  if (isTyping(event) && target instanceof HTMLElement && target.closest('[role="dialog"]') === null)
    target.blur();
}

export function useFrameKeys(agency: string, { onSearch, onHelp, onHistory }: Keys): void {
  const navigate = useNavigate();
  useEffect(() => {
    let goUntil = 0;
    const onKey = (event: KeyboardEvent) => {
      if (event.key === 'Escape') leaveField(event);
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event)) return;
      const target = event.timeStamp < goUntil ? CHAIN.find(({ letter }) => letter === event.key) : undefined;
      goUntil = event.key === 'g' ? event.timeStamp + GO_MS : 0;
      const act = target
        ? () => void navigate({ to: target.to, params: { agency } })
        : ({ '/': onSearch, '?': onHelp, h: onHistory } as Record<string, () => void>)[event.key];
      if (!act) return;
      event.preventDefault();
      act();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [agency, navigate, onSearch, onHelp, onHistory]);
}
