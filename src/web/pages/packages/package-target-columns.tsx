import type { TargetDocument } from '#packages/types.ts';
import { t } from '#web/messages/messages.ts';
import type { DataColumn } from '#web/parts/data-table.tsx';
import { Time } from '#web/parts/time.tsx';
import { count, points } from '#web/words/format.ts';
import { PackageTargetName } from './package-target-name.tsx';
import type { TargetPlace } from './package-targets.tsx';
import { ScoreReasons } from './score-reasons.tsx';

export function packageTargetColumns(
  link: TargetPlace,
  dossier: (targetId: string) => string,
): readonly DataColumn<TargetDocument>[] {
  return [
    { id: 'rank', header: t('column.rank'), end: true, width: 64, cell: ({ rank }) => count(rank) },
    {
      id: 'target',
      header: t('column.target'),
      cell: (target) => <PackageTargetName target={target} link={link} />,
    },
    {
      id: 'score',
      header: t('column.score'),
      end: true,
      cell: ({ score, reasons }) => <ScoreReasons score={points(score)} reasons={reasons} total={score} />,
    },
    { id: 'lastSeen', header: t('column.lastSeen'), cell: ({ lastSeenAt }) => <Time at={lastSeenAt} /> },
    {
      id: 'addresses',
      header: t('column.addresses'),
      end: true,
      cell: ({ addresses }) => count(addresses.length),
    },
    {
      id: 'rows',
      header: t('column.rows'),
      end: true,
      spare: true,
      cell: ({ observations }) => count(observations),
    },
    { id: 'files', header: t('column.files'), end: true, cell: ({ distinctFiles }) => count(distinctFiles) },
    {
      id: 'dossier',
      header: t('column.dossier'),
      cell: ({ targetId, rank }) => (
        <a href={dossier(targetId)} download aria-label={t('package.dossier', { rank })}>
          PDF
        </a>
      ),
    },
  ];
}
