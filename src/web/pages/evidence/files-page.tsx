import { NativeSelect, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import type { ExhibitDetail, FilesPage as Files } from '#evidence/schemas.ts';
import { useExhibit, useFiles } from '#web/api/evidence.ts';
import { useAgency } from '#web/api/operation.ts';
import { useSubject } from '#web/frame/subject.ts';
import { t } from '#web/messages/messages.ts';
import { DataTable } from '#web/parts/data-table.tsx';
import { Empty } from '#web/parts/empty.tsx';
import { Loaded } from '#web/parts/loaded.tsx';
import { PageHead } from '#web/parts/page-head.tsx';
import { Sheet } from '#web/parts/sheet.tsx';
import { VERDICT_LOOK } from '#web/state/case-looks.ts';
import { ExhibitLink } from './exhibit-link.tsx';
import { FILE_COLUMNS } from './file-columns.tsx';
import classes from './files-page.module.css';

const PAGE_SIZE = 100;
const VERDICTS = Object.keys(VERDICT_LOOK) as (keyof typeof VERDICT_LOOK)[];
const FROM = '/$agency/evidence/$id/files';

/** The files of an inventory: names and digests only, a page at a time. */
export function FilesPage() {
  const { id } = useParams({ from: FROM });
  const detail = useExhibit(id);
  useSubject('exhibit', id);
  return <Loaded query={detail}>{(data) => <OfExhibit detail={data} />}</Loaded>;
}

function OfExhibit({ detail: { exhibit, inventories } }: { detail: ExhibitDetail }) {
  const { inventory } = useSearch({ from: FROM });
  const chosen = inventories.find(({ inventoryId }) => inventoryId === inventory) ?? inventories[0];
  return (
    <>
      <PageHead
        title={t('files.title', { reference: exhibit.reference })}
        lead={
          <>
            <ExhibitLink exhibitId={exhibit.exhibitId}>{t('files.toExhibit')}</ExhibitLink>
            <span>{t('files.noMedia')}</span>
          </>
        }
      />
      <Sheet>
        {chosen ? (
          <OfInventory exhibitId={exhibit.exhibitId} inventoryId={chosen.inventoryId} />
        ) : (
          <Empty what={t('files.noInventory')}>{t('summary.noneDo')}</Empty>
        )}
      </Sheet>
    </>
  );
}

function OfInventory({ exhibitId, inventoryId }: { exhibitId: string; inventoryId: string }) {
  const { verdict, mediaType, find, after } = useSearch({ from: FROM });
  const files = useFiles(exhibitId, inventoryId, {
    ...(verdict === 'not-examined' ? { notExamined: true } : { verdict }),
    mediaType,
    text: find,
    after,
    limit: PAGE_SIZE,
  });
  return <Loaded query={files}>{(page) => <Rows page={page} exhibitId={exhibitId} />}</Loaded>;
}

function Rows({ page, exhibitId }: { page: Files; exhibitId: string }) {
  const { after, ...filter } = useSearch({ from: FROM });
  const agency = useAgency();
  const params = { agency, id: exhibitId };
  const last = page.rows.at(-1);
  return (
    <>
      <DataTable
        name="evidence-files"
        label={t('files.list')}
        columns={FILE_COLUMNS}
        rows={page.rows}
        rowId={({ ordinal }) => String(ordinal)}
        tools={
          <>
            <Filters />
            <span className="soft">{t('files.count', { count: page.total })}</span>
          </>
        }
        empty={<Empty what={t('files.empty')}>{t('files.emptyDo')}</Empty>}
      />
      <nav className={`${classes.pages} no-print`}>
        {after !== undefined && (
          <Link to={FROM} params={params} search={filter}>
            {t('files.first')}
          </Link>
        )}
        {last && page.rows.length === PAGE_SIZE && (
          <Link to={FROM} params={params} search={{ ...filter, after: last.ordinal }}>
            {t('list.next')}
          </Link>
        )}
      </nav>
    </>
  );
}

function Filters() {
  const { verdict, mediaType, find: text } = useSearch({ from: FROM });
  const navigate = useNavigate({ from: FROM });
  const change = (next: {
    verdict?: (typeof VERDICTS)[number] | undefined;
    mediaType?: string | undefined;
    find?: string | undefined;
  }) =>
    void navigate({
      search: (old) => ({ ...old, after: undefined, ...next }),
      replace: true,
      resetScroll: false,
    });
  const find = useDebouncedCallback((value: string) => change({ find: value.trim() || undefined }), 250);
  const type = useDebouncedCallback((value: string) => change({ mediaType: value.trim() || undefined }), 250);
  return (
    <>
      <TextInput
        size="xs"
        w={210}
        defaultValue={text ?? ''}
        onChange={(event) => find(event.currentTarget.value)}
        placeholder={t('files.find')}
        aria-label={t('files.find')}
      />
      <NativeSelect
        size="xs"
        aria-label={t('summary.verdict')}
        value={verdict ?? ''}
        onChange={(event) => change({ verdict: VERDICTS.find((one) => one === event.currentTarget.value) })}
        data={[
          { value: '', label: t('files.anyVerdict') },
          ...VERDICTS.map((value) => ({ value, label: t(`verdict.${value}`) })),
        ]}
      />
      <TextInput
        key={mediaType ?? ''}
        size="xs"
        w={150}
        defaultValue={mediaType ?? ''}
        onChange={(event) => type(event.currentTarget.value)}
        placeholder={t('files.type')}
        aria-label={t('files.type')}
      />
    </>
  );
}
