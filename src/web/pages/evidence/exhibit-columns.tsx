import type { ExhibitListRow } from '#evidence/schemas.ts';
import { t } from '#web/messages/messages.ts';
import { CaseLink } from '#web/parts/case-link.tsx';
import type { DataColumn } from '#web/parts/data-table.tsx';
import { Size } from '#web/parts/size.tsx';
import { Time } from '#web/parts/time.tsx';
import { INVENTORY_LOOK } from '#web/state/case-looks.ts';
import { count } from '#web/words/format.ts';
import { ExhibitLink, FilesLink } from './exhibit-link.tsx';
import { InventoryProgress } from './inventory-progress.tsx';

const ORDER = Object.keys(INVENTORY_LOOK);

/** References sort as they read: 2011-1/2 before 2011-1/10. */
function sortedKey(reference: string): string {
  return reference.replaceAll(/\d+/g, (digits) => digits.padStart(12, '0'));
}

export const EXHIBIT_COLUMNS: readonly DataColumn<ExhibitListRow>[] = [
  {
    id: 'reference',
    header: t('exhibit.reference'),
    value: ({ reference }) => sortedKey(reference),
    cell: ({ exhibitId, reference }) => <ExhibitLink exhibitId={exhibitId}>{reference}</ExhibitLink>,
  },
  {
    id: 'kind',
    header: t('column.kind'),
    value: ({ kind }) => t(`exhibit.kind.${kind}`),
    cell: ({ kind }) => t(`exhibit.kind.${kind}`),
  },
  {
    id: 'inventory',
    header: t('inventory.title'),
    value: ({ inventory }) => ORDER.indexOf(inventory?.state ?? 'none'),
    cell: ({ inventory }) => <InventoryProgress inventory={inventory} />,
  },
  {
    id: 'files',
    header: t('column.files'),
    end: true,
    value: ({ inventory }) => inventory?.filesSeen ?? null,
    cell: ({ exhibitId, inventory }) =>
      inventory && (
        <FilesLink exhibitId={exhibitId} inventoryId={inventory.inventoryId}>
          {count(inventory.filesSeen)}
        </FilesLink>
      ),
  },
  {
    id: 'bytes',
    header: t('inventory.read'),
    end: true,
    value: ({ inventory }) => inventory?.bytesRead ?? null,
    cell: ({ inventory }) => inventory && <Size bytes={inventory.bytesRead} />,
  },
  {
    id: 'target',
    header: t('column.target'),
    cell: ({ targetId }) => targetId !== null && <CaseLink targetId={targetId} />,
  },
  {
    id: 'seizedAt',
    header: t('exhibit.seizedAt'),
    value: ({ seizedAt }) => seizedAt,
    cell: ({ seizedAt }) => <Time at={seizedAt} />,
  },
  {
    id: 'seal',
    header: t('exhibit.seal'),
    spare: true,
    cell: ({ sealNumber }) => <span className="mono">{sealNumber ?? t('format.none')}</span>,
  },
  {
    id: 'where',
    header: t('exhibit.seizedWhere'),
    spare: true,
    wrap: true,
    cell: ({ seizedWhere }) => seizedWhere,
  },
];
