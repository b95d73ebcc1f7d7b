import type { PackageView } from '#packages/schemas.ts';
import { t } from '#web/messages/messages.ts';
import { Agency } from '#web/parts/agency.tsx';
import { Digest } from '#web/parts/digest.tsx';
import { Facts } from '#web/parts/facts.tsx';
import { Panel } from '#web/parts/panel.tsx';
import { Size } from '#web/parts/size.tsx';
import { Time } from '#web/parts/time.tsx';
import { shortId } from '#web/words/format.ts';

/** Who composed and approved it, when it left, and the digest that all of it hangs on. */
export function LeadPackageFacts({ package: one }: { package: PackageView }) {
  return (
    <Panel title={t('package.facts')}>
      <Facts
        facts={[
          { name: t('package.to'), value: <Agency id={one.agencyId} /> },
          {
            name: t('column.size'),
            value: (
              <>
                <Size bytes={one.sizeBytes} />, {t('package.files', { count: one.fileCount })}
              </>
            ),
          },
          {
            name: t('package.composedBy'),
            value: (
              <>
                <span className="mono">{one.composedBy}</span>, <Time at={one.composedAt} />
              </>
            ),
          },
          one.approvedBy !== null &&
            one.approvedAt !== null && {
              name: t('package.approvedBy'),
              value: (
                <>
                  <span className="mono">{one.approvedBy}</span>, <Time at={one.approvedAt} />
                </>
              ),
            },
          one.sentAt !== null && { name: t('package.sentAt'), value: <Time at={one.sentAt} /> },
          one.deadlineAt !== null && { name: t('column.deadline'), value: <Time at={one.deadlineAt} /> },
          one.messageId !== null && {
            name: t('package.message'),
            value: <span className="mono">{shortId(one.messageId)}</span>,
          },
          { name: t('column.digest'), value: <Digest value={one.digest} whole /> },
        ]}
      />
    </Panel>
  );
}
