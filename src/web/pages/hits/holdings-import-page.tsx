import { useParams } from '@tanstack/react-router';
import type { Static } from 'typebox';
import type { HoldingsDetail } from '#crossmatch/schemas.ts';
import { useHoldingsImport, useMappings } from '#web/api/hits.ts';
import { useSubject } from '#web/frame/subject.ts';
import { t } from '#web/messages/messages.ts';
import { Columns } from '#web/parts/columns.tsx';
import { type DataColumn, DataTable } from '#web/parts/data-table.tsx';
import { Digest } from '#web/parts/digest.tsx';
import { Done } from '#web/parts/done.tsx';
import { Empty } from '#web/parts/empty.tsx';
import { EvaluationInWords } from '#web/parts/evaluation.tsx';
import { Facts } from '#web/parts/facts.tsx';
import { HandlingInWords } from '#web/parts/handling.tsx';
import { Loaded } from '#web/parts/loaded.tsx';
import { PageHead } from '#web/parts/page-head.tsx';
import { Panel } from '#web/parts/panel.tsx';
import { Sheet } from '#web/parts/sheet.tsx';
import { Size } from '#web/parts/size.tsx';
import { count } from '#web/words/format.ts';

type Detail = Static<typeof HoldingsDetail>;

const REFUSAL_COLUMNS: readonly DataColumn<Detail['refusals'][number]>[] = [
  { id: 'line', header: t('holdings.line'), end: true, width: 90, cell: ({ line }) => count(line) },
  {
    id: 'column',
    header: t('holdings.column'),
    width: 220,
    cell: ({ column }) => column ?? t('holdings.wholeRow'),
  },
  { id: 'reason', header: t('hashlist.why'), wrap: true, cell: ({ reason }) => reason },
];

/** One import of holdings: what was taken, and what was refused and why. No value is shown. */
export function HoldingsImportPage() {
  const { importId } = useParams({ from: '/$agency/hits/holdings/$importId' });
  const detail = useHoldingsImport(importId);
  useSubject('holdings', importId);
  return <Loaded query={detail}>{(data) => <Shown detail={data} />}</Loaded>;
}

function Shown({ detail }: { detail: Detail }) {
  return (
    <>
      <PageHead title={detail.fileName} lead={detail.source} />
      <Columns wide side={<About detail={detail} />}>
        <Sheet>
          <DataTable
            name="holdings-refusals"
            label={t('holdings.refusals')}
            heading={t('holdings.refusals')}
            columns={REFUSAL_COLUMNS}
            rows={detail.refusals}
            rowId={({ line, column, reason }) => `${line} ${column} ${reason}`}
            empty={<Empty what={t('holdings.noRefusals')} />}
          />
        </Sheet>
      </Columns>
    </>
  );
}

function About({ detail }: { detail: Detail }) {
  const mapping = useMappings().data?.rows.find(({ mappingId }) => mappingId === detail.mappingId)?.mapping;
  return (
    <Panel title={t('holdings.about')}>
      <Facts
        facts={[
          { name: t('observations.read'), value: count(detail.rowsRead) },
          { name: t('holdings.persons'), value: count(detail.holdings) },
          { name: t('holdings.selectors'), value: count(detail.selectors) },
          { name: t('holdings.rowsRefused'), value: count(detail.rowsRefused) },
          { name: t('holdings.valuesRefused'), value: count(detail.valuesRefused) },
          {
            name: t('holdings.common'),
            value: t('holdings.commonWords', { count: detail.commonValues }),
          },
          { name: t('side.category'), value: t(`category.${detail.category}`) },
          { name: t('package.evaluation'), value: <EvaluationInWords evaluation={detail.evaluation} /> },
          { name: t('package.codes'), value: <HandlingInWords handling={detail.handling} /> },
          {
            name: t('observations.profile'),
            value: mapping ? (
              t('holdings.mappingName', { name: mapping.name, version: mapping.version })
            ) : (
              <span className="mono">{detail.mappingId}</span>
            ),
          },
          { name: t('column.size'), value: <Size bytes={detail.sizeBytes} /> },
          { name: 'SHA-256', value: <Digest value={detail.sha256} whole /> },
          {
            name: t('observations.importedAt'),
            value: <Done at={detail.importedAt} by={detail.importedBy} />,
          },
        ]}
      />
    </Panel>
  );
}
