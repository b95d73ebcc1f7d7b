import { UnstyledButton } from '@mantine/core';
import { useState } from 'react';
import { countryName } from '#core/countries.ts';
import { t } from '#web/messages/messages.ts';
import { count } from '#web/words/format.ts';
import classes from './addresses.module.css';
import { Time } from './time.tsx';

export interface ObservedAddress {
  readonly address: string;
  readonly port: number | null;
  readonly firstSeenAt: string;
  readonly lastSeenAt: string;
  readonly observations: number;
  readonly country: string | null;
  readonly asn: number | null;
  readonly operator: string | null;
  readonly disputed: boolean;
}

const SHOWN = 8;

/** Addresses with source port and times: what an operator needs to name a subscriber. Latest first. */
export function Addresses({ addresses }: { addresses: readonly ObservedAddress[] }) {
  const [all, setAll] = useState(false);
  const sorted = addresses.toSorted((a, b) => (a.lastSeenAt < b.lastSeenAt ? 1 : -1));
  return (
    <section>
      <h3>{t('target.addresses', { count: addresses.length })}</h3>
      <ul className={classes.addresses}>
        {(all ? sorted : sorted.slice(0, SHOWN)).map((entry) => (
          <li key={`${entry.address} ${entry.port} ${entry.firstSeenAt}`}>
            <div className={classes.line}>
              <span className="mono">
                {entry.port === null ? entry.address : `${entry.address} : ${entry.port}`}
              </span>
              <span>{t('target.rows', { count: entry.observations })}</span>
            </div>
            <div className="soft">
              {entry.country === null ? t('target.noCountry') : countryName(entry.country)}
              {entry.operator !== null && `, ${entry.operator}`}
              {entry.asn !== null && ` (AS${entry.asn})`} · <Time at={entry.firstSeenAt} /> –{' '}
              <Time at={entry.lastSeenAt} />
            </div>
            {entry.disputed && <div className={classes.disputed}>{t('target.disputed')}</div>}
          </li>
        ))}
      </ul>
      {addresses.length > SHOWN && (
        <UnstyledButton className={classes.more} onClick={() => setAll(!all)} aria-expanded={all}>
          {all
            ? t('board.fewerAlerts')
            : t('target.moreAddresses', { text: count(addresses.length - SHOWN) })}
        </UnstyledButton>
      )}
    </section>
  );
}
