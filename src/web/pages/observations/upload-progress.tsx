import type { UploadRow } from '#observations/import/schemas.ts';
import { isUploading } from '#web/api/imports.ts';
import { t } from '#web/messages/messages.ts';
import { useTimeLeft } from '#web/parts/use-time-left.ts';
import { UPLOAD_LOOK } from '#web/state/case-looks.ts';
import { StateMark } from '#web/state/state-mark.tsx';
import { duration } from '#web/words/format.ts';
import classes from './upload-progress.module.css';

/** How an upload stands; while bytes move, how far they are and how long it takes. */
export function UploadProgress({ upload }: { upload: UploadRow }) {
  const { state } = upload;
  return (
    <span className={classes.progress}>
      <StateMark
        look={UPLOAD_LOOK[state]}
        word={t(`import.state.${state}`)}
        title={upload.failure ?? undefined}
      />
      {isUploading(upload) && (
        <Bar
          key={state}
          done={state === 'receiving' ? upload.receivedBytes : upload.readBytes}
          total={upload.fileBytes}
        />
      )}
    </span>
  );
}

function Bar({ done, total }: { done: number; total: number }) {
  const left = useTimeLeft(done, total);
  const part = Math.min(1, done / total);
  return (
    <>
      <progress className={classes.bar} max={1} value={part} aria-label={t('import.progress')} />
      <span className="soft">
        {Math.floor(100 * part)}%{left !== undefined && `, ${t('format.left', { duration: duration(left) })}`}
      </span>
    </>
  );
}
