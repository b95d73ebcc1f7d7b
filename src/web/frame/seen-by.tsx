import { useSeenBy } from '#web/api/consultations.ts';
import { t } from '#web/messages/messages.ts';
import { Empty } from '#web/parts/empty.tsx';
import { Loaded } from '#web/parts/loaded.tsx';
import { Time } from '#web/parts/time.tsx';
import classes from './history-drawer.module.css';
import type { PageSubject } from './subject.ts';

/** Who has read the thing that the page is about, when and why. */
export function SeenBy({ subject }: { subject: PageSubject }) {
  const seen = useSeenBy(subject);
  return (
    <section aria-label={t('seen.title')}>
      <h3>{t('seen.title')}</h3>
      <Loaded query={seen}>
        {({ consultations }) =>
          consultations.length === 0 ? (
            <Empty what={t('seen.none')} />
          ) : (
            <ol className={classes.events}>
              {consultations.map((one) => (
                <li key={one.consultationId}>
                  <strong>{one.officer}</strong> <Time at={one.lastAt} />
                  <div>
                    {one.data}
                    {one.act === 'export' && `, ${t('seen.file')}`}
                    {one.count > 1 && `, ${t('seen.times', { count: one.count })}`}
                  </div>
                  <div className="soft">
                    {one.reason}
                    {one.recipient !== null && ` → ${one.recipient}`}
                  </div>
                </li>
              ))}
            </ol>
          )
        }
      </Loaded>
      <p className="soft">{t('seen.lists')}</p>
    </section>
  );
}
