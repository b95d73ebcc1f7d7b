import type { UploadRow } from '#observations/import/schemas.ts';
import { isUploading, type SendingState, useCancelUpload } from '#web/api/imports.ts';
import { useOperation } from '#web/api/operation.ts';
import { useSession, whyNot } from '#web/api/session.ts';
import { t } from '#web/messages/messages.ts';
import { ActButton } from '#web/parts/act-button.tsx';
import { Done } from '#web/parts/done.tsx';
import { Facts } from '#web/parts/facts.tsx';
import { Panel } from '#web/parts/panel.tsx';
import { Problem } from '#web/parts/problem.tsx';
import { Size } from '#web/parts/size.tsx';
import { count } from '#web/words/format.ts';
import classes from './upload-panel.module.css';
import { UploadProgress } from './upload-progress.tsx';

/** How far an upload and its import are. It goes on when the page is closed, once all has come. */
export function UploadPanel({ upload, sending }: { upload: UploadRow; sending: SendingState }) {
  const { state, fileBytes } = upload;
  const receivedBytes = Math.max(upload.receivedBytes, sending.receivedBytes ?? 0);
  return (
    <Panel title={upload.fileName} aside={<UploadProgress upload={{ ...upload, receivedBytes }} />}>
      <Facts
        facts={[
          {
            name: t('import.received'),
            value: (
              <>
                <Size bytes={receivedBytes} /> / <Size bytes={fileBytes} />
              </>
            ),
          },
          state !== 'receiving' && {
            name: t('import.read'),
            value: (
              <>
                <Size bytes={upload.readBytes} /> / <Size bytes={fileBytes} />
              </>
            ),
          },
          state !== 'receiving' && { name: t('observations.read'), value: count(upload.readRows) },
          upload.profile !== null && {
            name: t('observations.profile'),
            value: `${upload.profile.name} ${upload.profile.version}`,
          },
          { name: t('import.began'), value: <Done at={upload.createdAt} by={upload.createdBy} /> },
        ]}
      />
      {sending.lost && (
        <p role="status" className="soft">
          {t('import.lost')}
        </p>
      )}
      {Boolean(sending.error) && <Problem error={sending.error} title={t('import.stopped')} />}
      {isUploading(upload) && <Cancel uploadId={upload.uploadId} />}
    </Panel>
  );
}

function Cancel({ uploadId }: { uploadId: string }) {
  const why = whyNot(useSession(), 'observations.import', useOperation()?.operationId);
  const cancel = useCancelUpload(uploadId);
  return (
    <div className={`${classes.acts} no-print`}>
      {cancel.isError && <Problem error={cancel.error} title={t('problem.actTitle')} />}
      <div className={classes.act}>
        <ActButton variant="default" why={why} loading={cancel.isPending} onClick={() => cancel.mutate()}>
          {t('import.cancel')}
        </ActButton>
        <span className="soft">{t('import.cancelWords')}</span>
      </div>
    </div>
  );
}
