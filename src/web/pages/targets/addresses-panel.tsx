import { useState } from 'react';
import { countryName } from '#core/countries.ts';
import type { TargetAddressRow, TargetRow } from '#observations/schemas.ts';
import { t } from '#web/messages/messages.ts';
import { DataTable } from '#web/parts/data-table.tsx';
import { Empty } from '#web/parts/empty.tsx';
import { Pager } from '#web/parts/pager.tsx';
import { Sheet } from '#web/parts/sheet.tsx';
import { addressColumns } from './address-columns.tsx';

const SIZE = 12;

interface Props {
  readonly target: Pick<TargetRow, 'firstSeenAt' | 'lastSeenAt'>;
  readonly addresses: readonly TargetAddressRow[];
}

/** Every address and port with who held it, from when until when, and until when he can still say whose it was. */
export function AddressesPanel({ target, addresses }: Props) {
  const [from, setFrom] = useState(0);
  const [columns] = useState(() => addressColumns(target));
  const countries = new Set(addresses.flatMap(({ country }) => country ?? []));
  return (
    <Sheet>
      <DataTable
        name="target-addresses"
        label={t('column.addresses')}
        heading={t('column.addresses')}
        columns={columns}
        rows={addresses.slice(from, from + SIZE)}
        rowId={({ address, port }) => `${address} ${port}`}
        tools={
          <span className="soft">
            {t('life.places', { count: addresses.length })}
            {countries.size > 0 && ` · ${[...countries].map(countryName).join(', ')}`}
          </span>
        }
        empty={<Empty what={t('life.noAddresses')} />}
      />
      <Pager from={from} size={SIZE} total={addresses.length} onChange={setFrom} />
    </Sheet>
  );
}
