import { useParams } from '@tanstack/react-router';
import type { PermissionView } from '#referrals/schemas.ts';
import { usePermissions } from '#web/api/referrals.ts';
import { useSubject } from '#web/frame/subject.ts';
import { t } from '#web/messages/messages.ts';
import { Agency } from '#web/parts/agency.tsx';
import { Columns } from '#web/parts/columns.tsx';
import { Done } from '#web/parts/done.tsx';
import { Empty } from '#web/parts/empty.tsx';
import { Facts } from '#web/parts/facts.tsx';
import { Loaded } from '#web/parts/loaded.tsx';
import { PageHead } from '#web/parts/page-head.tsx';
import { Panel } from '#web/parts/panel.tsx';
import { Until } from '#web/parts/until.tsx';
import { shortId } from '#web/words/format.ts';
import { AnswerPermission } from './answer-permission.tsx';
import { PermissionAnswers } from './permission-answers.tsx';
import { PermissionMark } from './permission-mark.tsx';
import { RequestLink, SeriesLink } from './referral-link.tsx';

/** One permission: who asks whom for what, and every answer. */
export function PermissionPage() {
  const { id } = useParams({ from: '/$agency/referrals/permissions/$id' });
  const permissions = usePermissions();
  useSubject('permission', id);
  return (
    <Loaded query={permissions}>
      {(page) => {
        const permission = page.permissions.find(({ permissionId }) => permissionId === id);
        return permission ? <Shown permission={permission} /> : <Empty what={t('permission.notHere')} />;
      }}
    </Loaded>
  );
}

function Shown({ permission }: { permission: PermissionView }) {
  const { direction, code, granted } = permission;
  return (
    <>
      <PageHead
        title={t(`permission.is.${direction}`, { code })}
        lead={
          <>
            <PermissionMark permission={permission} />
            {granted === null && <Until at={permission.dueAt} />}
          </>
        }
      />
      <Columns
        side={
          <>
            <AnswerPermission permission={permission} />
            <PermissionAnswers answers={permission.answers} />
          </>
        }
      >
        <Panel title={t('permission.about')}>
          <Facts
            facts={[
              { name: t('permission.purpose'), value: permission.purpose },
              {
                name: t('permission.code'),
                value: code === 'H3' ? t('handling.H3') : code === 'PAP' ? t('pap.code') : t(`code.${code}`),
              },
              { name: t('permission.requester'), value: <Agency id={permission.requester} /> },
              { name: t('permission.provider'), value: <Agency id={permission.provider} /> },
              { name: t('permission.recipient'), value: <Agency id={permission.recipient} /> },
              { name: t('permission.for'), value: <Referral permission={permission} /> },
              {
                name: t('permission.sources'),
                value: permission.sources.map(({ kind, id }) => (
                  <div key={`${kind} ${id}`}>
                    {kind} <span className="mono">{id}</span>
                  </div>
                )),
              },
              {
                name: t('permission.askedAt'),
                value: <Done at={permission.askedAt} by={permission.askedBy} />,
              },
            ]}
          />
        </Panel>
      </Columns>
    </>
  );
}

function Referral({ permission: { direction, referralKind, referralId } }: { permission: PermissionView }) {
  const words = t(referralKind === 'icse' ? 'permission.forSeries' : 'eurojust.request');
  if (direction === 'received') return `${words} ${shortId(referralId)}`;
  return referralKind === 'icse' ? (
    <SeriesLink seriesId={referralId}>{words}</SeriesLink>
  ) : (
    <RequestLink requestId={referralId}>{words}</RequestLink>
  );
}
