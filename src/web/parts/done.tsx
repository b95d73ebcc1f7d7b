import { t } from '#web/messages/messages.ts';
import { Time } from './time.tsx';

/** When something was done, and by whom. */
export function Done({ at, by }: { at: string; by: string }) {
  return (
    <>
      <Time at={at} /> · <span className="mono">{by}</span>
    </>
  );
}

/** The same, or that it was not done yet. */
export function MaybeDone({ done }: { done: { readonly at: string; readonly by: string } | null }) {
  return done ? <Done {...done} /> : <span className="soft">{t('form.notYet')}</span>;
}
