import { Link } from '@tanstack/react-router';
import { t } from '#web/messages/messages.ts';
import { Empty } from '#web/parts/empty.tsx';

export function NoSuchPage() {
  return (
    <main>
      <Empty what={t('frame.pageMissing')}>
        <p>{t('frame.pageMissingDo')}</p>
        <Link to="/">{t('frame.toDesks')}</Link>
      </Empty>
    </main>
  );
}
