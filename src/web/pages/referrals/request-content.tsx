import { countryName } from '#core/countries.ts';
import type { RequestView } from '#referrals/schemas.ts';
import { t } from '#web/messages/messages.ts';
import { Agency } from '#web/parts/agency.tsx';
import { type DataColumn, DataTable } from '#web/parts/data-table.tsx';
import { Digest } from '#web/parts/digest.tsx';
import { Empty } from '#web/parts/empty.tsx';
import { Facts } from '#web/parts/facts.tsx';
import { Panel } from '#web/parts/panel.tsx';
import { Sheet } from '#web/parts/sheet.tsx';
import { Time } from '#web/parts/time.tsx';
import { shortId } from '#web/words/format.ts';

type Content = Pick<
  RequestView,
  'countries' | 'need' | 'legalBasis' | 'sources' | 'deadlineAt' | 'contentDigest'
>;
type Source = Content['sources'][number];

const SOURCE_COLUMNS: readonly DataColumn<Source>[] = [
  { id: 'kind', header: t('column.kind'), cell: ({ kind }) => t(`source.${kind}`) },
  {
    id: 'id',
    header: t('icse.reference'),
    cell: ({ kind, id }) => (
      <span className="mono" title={id}>
        {kind === 'case' ? id : shortId(id)}
      </span>
    ),
  },
  { id: 'provider', header: t('permission.provider'), cell: ({ provider }) => <Agency id={provider} /> },
  {
    id: 'codes',
    header: t('package.codes'),
    cell: ({ handling }) => (
      <span title={handling.text || undefined}>{handling.codes.join(' ') || t('format.none')}</span>
    ),
  },
];

/** What is asked of Eurojust, and what it rests on. */
export function RequestContent({ content }: { content: Content }) {
  return (
    <>
      <Panel title={t('eurojust.asked')}>
        <Facts
          facts={[
            { name: t('eurojust.need'), value: content.need },
            { name: t('network.countries'), value: content.countries.map(countryName).join(', ') },
            { name: t('eurojust.legalBasis'), value: content.legalBasis },
            { name: t('column.deadline'), value: <Time at={content.deadlineAt} /> },
            { name: t('report.contentDigest'), value: <Digest value={content.contentDigest} whole /> },
          ]}
        />
      </Panel>
      <Sheet>
        <DataTable
          name="eurojust-sources"
          label={t('eurojust.sources')}
          heading={t('eurojust.sources')}
          columns={SOURCE_COLUMNS}
          rows={content.sources}
          rowId={({ kind, id, provider }) => `${kind} ${id} ${provider}`}
          empty={<Empty what={t('eurojust.noSources')} />}
        />
      </Sheet>
    </>
  );
}
