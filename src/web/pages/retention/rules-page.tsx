import { Button } from '@mantine/core';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import type { RuleView } from '#observations/retention/schemas.ts';
import { useAgency, useOperation } from '#web/api/operation.ts';
import { useRules, useRulesFile } from '#web/api/retention.ts';
import { may, useSession } from '#web/api/session.ts';
import { t } from '#web/messages/messages.ts';
import { Stack } from '#web/parts/columns.tsx';
import { CountryFilter } from '#web/parts/country-filter.tsx';
import { DataTable } from '#web/parts/data-table.tsx';
import { Empty } from '#web/parts/empty.tsx';
import { Loaded } from '#web/parts/loaded.tsx';
import { PageHead } from '#web/parts/page-head.tsx';
import { Sheet } from '#web/parts/sheet.tsx';
import { LoadRules } from './load-rules.tsx';
import { RetentionTabs } from './retention-tabs.tsx';
import { RULE_COLUMNS } from './rule-columns.tsx';

/** The agency's own table: which operator keeps its records for how long, by which law, from which source. */
export function RulesPage() {
  const rules = useRules();
  const agency = useAgency();
  const file = useRulesFile();
  const edits = may(useSession(), 'retention.edit', useOperation()?.operationId);
  return (
    <>
      <PageHead
        title={t('retention.title')}
        lead={t('retention.lead')}
        actions={
          <>
            <Button component="a" variant="default" href={file} download>
              {t('retention.export')}
            </Button>
            {edits && (
              <Button
                renderRoot={(props) => <Link to="/$agency/retention/new" params={{ agency }} {...props} />}
              >
                {t('retention.new')}
              </Button>
            )}
          </>
        }
      />
      <RetentionTabs />
      <Stack>
        <Loaded query={rules}>
          {(data) => (
            <Sheet>
              <Table rules={data.rules} />
            </Sheet>
          )}
        </Loaded>
        {edits && <LoadRules />}
      </Stack>
    </>
  );
}

function Table({ rules }: { rules: readonly RuleView[] }) {
  const { sort, country } = useSearch({ from: '/$agency/retention' });
  const agency = useAgency();
  const navigate = useNavigate({ from: '/$agency/retention' });
  const change = (next: { sort?: string | undefined; country?: string | undefined }) =>
    void navigate({ search: (old) => ({ ...old, ...next }), replace: true, resetScroll: false });
  return (
    <DataTable
      name="retention"
      label={t('retention.rules')}
      columns={RULE_COLUMNS}
      rows={country ? rules.filter((rule) => rule.country === country) : rules}
      rowId={({ ruleId }) => ruleId}
      sort={sort ?? 'country'}
      onSort={(next) => change({ sort: next })}
      onOpen={({ ruleId }) =>
        void navigate({ to: '/$agency/retention/rules/$ruleId', params: { agency, ruleId } })
      }
      tools={
        <CountryFilter
          codes={rules.map((rule) => rule.country)}
          value={country}
          onChange={(next) => change({ country: next })}
        />
      }
      empty={<Empty what={t('retention.none')}>{t('retention.noneDo')}</Empty>}
    />
  );
}
