import { useState } from 'react';
import type { ItemsPage } from '#referrals/schemas.ts';
import { useItems } from '#web/api/referrals.ts';
import { t } from '#web/messages/messages.ts';
import { type DataColumn, DataTable } from '#web/parts/data-table.tsx';
import { Digest } from '#web/parts/digest.tsx';
import { Empty } from '#web/parts/empty.tsx';
import { Loaded } from '#web/parts/loaded.tsx';
import { Pager } from '#web/parts/pager.tsx';
import { Sheet } from '#web/parts/sheet.tsx';

const PAGE_SIZE = 25;
type Item = ItemsPage['items'][number];

const yes = (value: boolean) => (value ? t('icse.yes') : t('icse.no'));

const COLUMNS: readonly DataColumn<Item>[] = [
  { id: 'sha1', header: 'SHA-1', cell: ({ sha1 }) => <Digest value={sha1} /> },
  { id: 'md5', header: 'MD5', spare: true, cell: ({ md5 }) => <Digest value={md5} /> },
  {
    id: 'sha256',
    header: 'SHA-256',
    spare: true,
    cell: ({ sha256 }) => sha256 !== null && <Digest value={sha256} />,
  },
  { id: 'type', header: t('files.type'), cell: ({ mediaType }) => mediaType },
  { id: 'category', header: t('icse.category'), cell: ({ category }) => category },
  {
    id: 'offender',
    header: t('icse.offender'),
    spare: true,
    cell: ({ offenderIdentified }) => yes(offenderIdentified),
  },
  {
    id: 'distributed',
    header: t('icse.distributed'),
    cell: ({ distributed }) => yes(distributed),
  },
];

/** The files of a series by their hashes, a page at a time. */
export function SeriesItems({ seriesId }: { seriesId: string }) {
  const [from, setFrom] = useState(0);
  const items = useItems(seriesId, from, PAGE_SIZE);
  return (
    <Sheet>
      <Loaded query={items}>
        {(page) => (
          <>
            <DataTable
              name="icse-items"
              label={t('icse.items')}
              heading={t('icse.items')}
              columns={COLUMNS}
              rows={page.items}
              rowId={({ sha1 }) => sha1}
              empty={<Empty what={t('list.empty')} />}
            />
            <Pager from={from} size={PAGE_SIZE} total={page.total} onChange={setFrom} />
          </>
        )}
      </Loaded>
    </Sheet>
  );
}
