import { NativeSelect } from '@mantine/core';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import type { ProgrammesPage, ProgrammeView } from '#operations/programme-schemas.ts';
import { useAgency, useOperation } from '#web/api/operation.ts';
import { useProgrammes } from '#web/api/programme.ts';
import { useSession, whyNot } from '#web/api/session.ts';
import { useSubject } from '#web/frame/subject.ts';
import { t } from '#web/messages/messages.ts';
import { ActButton } from '#web/parts/act-button.tsx';
import { Columns } from '#web/parts/columns.tsx';
import { Empty } from '#web/parts/empty.tsx';
import { Loaded } from '#web/parts/loaded.tsx';
import { PageHead } from '#web/parts/page-head.tsx';
import { Panel } from '#web/parts/panel.tsx';
import { Sheet } from '#web/parts/sheet.tsx';
import { ActionPlan } from './action-plan.tsx';
import { AddPlanEntry } from './add-plan-entry.tsx';
import { LinkOperation } from './link-operation.tsx';
import { Members } from './members.tsx';
import { ProgrammeOperations } from './programme-operations.tsx';

/** The programme: who takes part, what it plans, and the operations in it. */
export function ProgrammePage() {
  return <Loaded query={useProgrammes()}>{(page) => <Chosen page={page} />}</Loaded>;
}

function Chosen({ page: { programmes } }: { page: ProgrammesPage }) {
  const { id } = useSearch({ from: '/$agency/programme' });
  const programme = programmes.find(({ programmeId }) => programmeId === id) ?? programmes[0];
  useSubject('programme', programme?.programmeId);
  return (
    <>
      <PageHead
        title={programme?.name ?? t('programme.title')}
        lead={programme && <Lead programme={programme} />}
        actions={<Actions programmes={programmes} chosen={programme?.programmeId} />}
      />
      {programme ? (
        <Shown key={programme.programmeId} programme={programme} />
      ) : (
        <Sheet>
          <Empty what={t('programme.empty')}>{t('programme.emptyDo')}</Empty>
        </Sheet>
      )}
    </>
  );
}

function Lead({ programme: { members, operations } }: { programme: ProgrammeView }) {
  const lead = members.find(({ leads }) => leads);
  return (
    <>
      {lead && <span>{t('programme.led', { name: lead.name })}</span>}
      <a href="#members">{t('programme.memberCount', { count: members.length })}</a>
      <a href="#operations">{t('programme.operationCount', { count: operations.length })}</a>
    </>
  );
}

function Actions({
  programmes,
  chosen,
}: {
  programmes: readonly ProgrammeView[];
  chosen: string | undefined;
}) {
  const agency = useAgency();
  const navigate = useNavigate({ from: '/$agency/programme' });
  const why = whyNot(useSession(), 'programme.manage', useOperation()?.operationId);
  return (
    <>
      {programmes.length > 1 && (
        <NativeSelect
          aria-label={t('programme.title')}
          value={chosen ?? ''}
          data={programmes.map(({ programmeId, name }) => ({ value: programmeId, label: name }))}
          onChange={(event) => void navigate({ search: { id: event.currentTarget.value } })}
        />
      )}
      <ActButton
        variant="default"
        why={why}
        onClick={() => void navigate({ to: '/$agency/programme/new', params: { agency } })}
      >
        {t('programme.new')}
      </ActButton>
    </>
  );
}

function Shown({ programme }: { programme: ProgrammeView }) {
  const agency = useAgency();
  return (
    <Columns
      wide
      side={
        <>
          <Panel title={t('programme.about')}>
            <p>{programme.purpose || t('format.none')}</p>
            <p className="soft">{t('programme.funded', { by: programme.funding || t('format.none') })}</p>
          </Panel>
          <Members members={programme.members} />
        </>
      }
    >
      <ActionPlan programme={programme} />
      <ProgrammeOperations programme={programme} />
      <AddPlanEntry programmeId={programme.programmeId} />
      <LinkOperation programme={programme} />
      <p className="no-print">
        <Link to="/$agency/meetings" params={{ agency }}>
          {t('programme.toMeetings')}
        </Link>
      </p>
    </Columns>
  );
}
