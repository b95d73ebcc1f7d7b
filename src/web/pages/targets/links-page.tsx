import { NativeSelect } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import type { LinksPage as Links } from '#observations/links/schemas.ts';
import { useLinks } from '#web/api/links.ts';
import { useAgency } from '#web/api/operation.ts';
import { t } from '#web/messages/messages.ts';
import { DataTable } from '#web/parts/data-table.tsx';
import { Empty } from '#web/parts/empty.tsx';
import { Loaded } from '#web/parts/loaded.tsx';
import { PageHead } from '#web/parts/page-head.tsx';
import { Pager } from '#web/parts/pager.tsx';
import { Sheet } from '#web/parts/sheet.tsx';
import { LINK_RULES } from '#web/words/links.ts';
import { LINK_COLUMNS } from './link-columns.tsx';
import { TargetsTabs } from './targets-tabs.tsx';

const PAGE_SIZE = 50;

/** Every suggestion that nobody has decided on, best scored first: where an analyst begins. */
export function LinksPage() {
  const { rule, from = 0 } = useSearch({ from: '/$agency/targets/links' });
  const links = useLinks({ type: rule, offset: from, limit: PAGE_SIZE });
  return (
    <>
      <PageHead title={t('links.all')} lead={t('links.lead')} />
      <TargetsTabs />
      <Sheet>
        <Loaded query={links}>{(page) => <Rows page={page} from={from} />}</Loaded>
      </Sheet>
    </>
  );
}

function Rows({ page, from }: { page: Links; from: number }) {
  const agency = useAgency();
  const navigate = useNavigate({ from: '/$agency/targets/links' });
  return (
    <>
      <DataTable
        name="links"
        label={t('links.all')}
        columns={LINK_COLUMNS}
        rows={page.rows}
        rowId={({ earlier, later, type }) => `${earlier.targetId} ${later.targetId} ${type}`}
        onOpen={({ earlier }) =>
          void navigate({ to: '/$agency/targets/$id', params: { agency, id: earlier.targetId } })
        }
        tools={
          <>
            <RuleFilter />
            <span className="soft">{t('links.count', { count: page.total })}</span>
          </>
        }
        empty={<Empty what={t('links.allNone')}>{t('links.allNoneDo')}</Empty>}
      />
      <Pager
        from={from}
        size={PAGE_SIZE}
        total={page.total}
        onChange={(next) => void navigate({ search: (old) => ({ ...old, from: next || undefined }) })}
      />
    </>
  );
}

function RuleFilter() {
  const { rule } = useSearch({ from: '/$agency/targets/links' });
  const navigate = useNavigate({ from: '/$agency/targets/links' });
  return (
    <NativeSelect
      size="xs"
      aria-label={t('links.rule')}
      value={rule ?? ''}
      onChange={(event) => {
        const value = LINK_RULES.find((one) => one === event.currentTarget.value);
        void navigate({ search: (old) => ({ ...old, from: undefined, rule: value }), replace: true });
      }}
      data={[
        { value: '', label: t('links.everyRule') },
        ...LINK_RULES.map((value) => ({ value, label: t(`links.type.${value}`) })),
      ]}
    />
  );
}
