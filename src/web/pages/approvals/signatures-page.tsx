import { Button } from '@mantine/core';
import type { SignatureView } from '#access/approvals/schemas.ts';
import { useSignatures } from '#web/api/approvals.ts';
import { t } from '#web/messages/messages.ts';
import { LogTabs } from '#web/pages/consultations/log-tabs.tsx';
import { type DataColumn, DataTable } from '#web/parts/data-table.tsx';
import { Digest } from '#web/parts/digest.tsx';
import { Empty } from '#web/parts/empty.tsx';
import { Loaded } from '#web/parts/loaded.tsx';
import { PageHead } from '#web/parts/page-head.tsx';
import { Sheet } from '#web/parts/sheet.tsx';
import { Time } from '#web/parts/time.tsx';
import { type StateLook, StateMark } from '#web/state/state-mark.tsx';
import { shortId } from '#web/words/format.ts';

const LOOK: Readonly<Record<SignatureView['verdict'], StateLook>> = {
  holds: { shape: 'tick', tone: 'good' },
  unsigned: { shape: 'ring', tone: 'wait' },
  wrong: { shape: 'cross', tone: 'bad' },
};

const COLUMNS: readonly DataColumn<SignatureView>[] = [
  { id: 'when', header: t('signatures.when'), cell: ({ signedAt }) => <Time at={signedAt} /> },
  {
    id: 'who',
    header: t('signatures.who'),
    cell: ({ officer, officerId }) => <span title={officerId}>{officer}</span>,
  },
  { id: 'word', header: t('signatures.word'), cell: ({ word }) => t(`signatures.word.${word}`) },
  {
    id: 'what',
    header: t('signatures.what'),
    wrap: true,
    cell: ({ kind, id }) => (
      <>
        {t(`signatures.kind.${kind}`)} <span title={id}>{shortId(id)}</span>
      </>
    ),
  },
  { id: 'digest', header: t('signatures.digest'), cell: ({ digest }) => <Digest value={digest} /> },
  {
    id: 'verdict',
    header: t('signatures.verdict'),
    wrap: true,
    cell: ({ verdict, wrong }) => (
      <>
        <StateMark look={LOOK[verdict]} word={t(`signatures.${verdict}`)} /> {wrong}
      </>
    ),
  },
];

/** For auditors: the signatures of the operation, each proven anew. */
export function SignaturesPage() {
  const found = useSignatures();
  return (
    <>
      <PageHead title={t('signatures.title')} lead={t('signatures.lead')} />
      <LogTabs />
      <Sheet>
        <Loaded query={found}>
          {({ pages }) => (
            <DataTable
              name="signatures"
              label={t('signatures.title')}
              columns={COLUMNS}
              rows={pages.flatMap(({ signatures }) => signatures)}
              rowId={({ signatureId }) => signatureId}
              empty={<Empty what={t('signatures.none')}>{t('signatures.noneDo')}</Empty>}
            />
          )}
        </Loaded>
        {found.hasNextPage && (
          <Button variant="default" loading={found.isFetching} onClick={() => void found.fetchNextPage()}>
            {t('signatures.more')}
          </Button>
        )}
      </Sheet>
    </>
  );
}
