import { type ReactNode, useEffect, useRef } from 'react';

/** Shows where something changed while the page was open: the place lights up once, nothing moves. */
export function Changed({ value, children }: { value: string | number; children: ReactNode }) {
  const place = useRef<HTMLSpanElement>(null);
  const before = useRef(value);
  useEffect(() => {
    const element = place.current;
    if (before.current === value || !element) return;
    before.current = value;
    element.classList.remove('changed');
    void element.offsetWidth;
    element.classList.add('changed');
  }, [value]);
  return <span ref={place}>{children}</span>;
}
