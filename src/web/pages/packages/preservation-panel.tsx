import { Button } from '@mantine/core';
import { useState } from 'react';
import { countryName } from '#core/countries.ts';
import type { RequestStandingView } from '#packages/preservation-schemas.ts';
import { useOperation } from '#web/api/operation.ts';
import { useDocumentPath } from '#web/api/packages.ts';
import { usePreservation } from '#web/api/retention.ts';
import { useSession, whyNot } from '#web/api/session.ts';
import { t } from '#web/messages/messages.ts';
import { ActButton } from '#web/parts/act-button.tsx';
import { Loaded } from '#web/parts/loaded.tsx';
import { Panel } from '#web/parts/panel.tsx';
import { Time } from '#web/parts/time.tsx';
import classes from './preservation-panel.module.css';
import { RecordSent } from './record-sent.tsx';

const FORMATS = ['pdf', 'docx', 'csv'] as const;

/** The package's requests to operators: their files, and whether each was sent. */
export function PreservationPanel({ packageId }: { packageId: string }) {
  const requests = usePreservation(packageId);
  const path = useDocumentPath(packageId);
  return (
    <Panel title={t('preservation.title')}>
      <Loaded query={requests}>
        {(data) =>
          data.requests.length === 0 ? (
            <p className="soft">{t('preservation.none')}</p>
          ) : (
            <>
              <p className="soft">{t('preservation.words')}</p>
              <ul className={classes.requests}>
                {data.requests.map((one) => (
                  <Request
                    key={one.request.name}
                    packageId={packageId}
                    standing={one}
                    file={(format) => path(`preservation/${one.request.name}/${format}`)}
                  />
                ))}
              </ul>
            </>
          )
        }
      </Loaded>
    </Panel>
  );
}

interface Props {
  readonly packageId: string;
  readonly standing: RequestStandingView;
  readonly file: (format: (typeof FORMATS)[number]) => string;
}

function Request({ packageId, standing: { request, sent }, file }: Props) {
  const [open, setOpen] = useState(false);
  const why = whyNot(useSession(), 'preservation.record', useOperation()?.operationId);
  const operator =
    request.operator ?? (request.asn === null ? t('preservation.operatorUnknown') : `AS${request.asn}`);
  const last = sent.at(-1);
  return (
    <li>
      <strong>
        {operator}
        {request.country !== null && `, ${countryName(request.country)}`}
      </strong>
      <span>
        {t('preservation.targets', { count: request.targets })},{' '}
        {t('preservation.lines', { count: request.lines })}
        {request.linesWithoutPort > 0 &&
          `, ${t('preservation.withoutPort', { count: request.linesWithoutPort })}`}
      </span>
      <span>
        {last ? (
          <>
            {t('preservation.sentOn')} <Time at={last.sentAt} />, {t('preservation.until')}{' '}
            <Time at={last.until} day />
          </>
        ) : (
          t('preservation.notSent')
        )}
      </span>
      <span
        className={`${classes.acts} no-print`}
        role="group"
        aria-label={t('preservation.files', { operator })}
      >
        {FORMATS.map((format) => (
          <Button key={format} component="a" size="compact-xs" variant="default" href={file(format)} download>
            {format.toUpperCase()}
          </Button>
        ))}
        <ActButton size="compact-xs" variant="light" why={why} onClick={() => setOpen(!open)}>
          {t(last ? 'preservation.renew' : 'preservation.record')}
        </ActButton>
      </span>
      {open && (
        <RecordSent
          packageId={packageId}
          name={request.name}
          operator={operator}
          renewal={last !== undefined}
          onDone={() => setOpen(false)}
        />
      )}
    </li>
  );
}
