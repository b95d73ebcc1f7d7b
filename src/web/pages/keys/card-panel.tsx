import type { CardView } from '#operations/key-schemas.ts';
import { t } from '#web/messages/messages.ts';
import { Digest } from '#web/parts/digest.tsx';
import { Facts } from '#web/parts/facts.tsx';
import { Panel } from '#web/parts/panel.tsx';
import { Time } from '#web/parts/time.tsx';
import { KEY_LOOK } from '#web/state/looks.ts';
import { StateMark } from '#web/state/state-mark.tsx';
import classes from './keys.module.css';

type CardKey = CardView['signingKeys'][number];

/** What an agency's card says: the fingerprints to read out, and how each key stands. */
export function CardPanel({ card, title }: { card: CardView; title: string }) {
  return (
    <Panel title={title} aside={<span className="soft">{t('keys.compare')}</span>}>
      <h3>{t('keys.signs')}</h3>
      <ul className={classes.keys}>
        {card.signingKeys.map((key) => (
          <OneKey key={key.fingerprint} of={key} />
        ))}
      </ul>
      <h3>{t('keys.encrypts')}</h3>
      <ul className={classes.keys}>
        {card.ageRecipients.map((recipient) => (
          <li key={recipient}>
            <Digest value={recipient} whole />
          </li>
        ))}
      </ul>
      <Facts
        facts={[
          { name: t('keys.address'), value: card.address ?? t('keys.byFile') },
          { name: t('keys.issued'), value: <Time at={card.issuedAt} /> },
          { name: t('keys.added'), value: <Time at={card.addedAt} /> },
          {
            name: t('keys.pins'),
            value:
              card.tlsPins.length === 0
                ? t('keys.noPin')
                : card.tlsPins.map((pin) => <Digest key={pin} value={pin} whole />),
          },
          {
            name: t('keys.log'),
            value: card.logKey ? <Digest value={card.logKey} whole /> : t('keys.noLog'),
          },
        ]}
      />
    </Panel>
  );
}

function OneKey({ of: key }: { of: CardKey }) {
  return (
    <li>
      <Digest value={key.fingerprint} whole />
      <span>
        <StateMark look={KEY_LOOK[key.standing]} word={t(`keys.standing.${key.standing}`)} />
        {key.signsNow && <strong> {t('keys.signsNow')}</strong>}
      </span>
      <span className="soft">
        {key.type} · {t('keys.from')} <Time at={key.validAfter} />
        {key.validBefore !== null && (
          <>
            {' · '}
            {t('keys.until')} <Time at={key.validBefore} />
          </>
        )}
        {key.revokedAt !== null && (
          <>
            {' · '}
            {t('keys.revokedAt')} <Time at={key.revokedAt} />
          </>
        )}
      </span>
    </li>
  );
}
