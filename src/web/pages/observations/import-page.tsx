import { useNavigate, useSearch } from '@tanstack/react-router';
import { useBeginUpload, useSendFile, useUpload, useUploads } from '#web/api/imports.ts';
import { useAgency } from '#web/api/operation.ts';
import { t } from '#web/messages/messages.ts';
import { Stack } from '#web/parts/columns.tsx';
import { DataTable } from '#web/parts/data-table.tsx';
import { Empty } from '#web/parts/empty.tsx';
import { Loaded } from '#web/parts/loaded.tsx';
import { PageHead } from '#web/parts/page-head.tsx';
import { Sheet } from '#web/parts/sheet.tsx';
import { ChooseLog } from './choose-log.tsx';
import { MapLog } from './map-log.tsx';
import { ObservationsTabs } from './observations-tabs.tsx';
import { UPLOAD_COLUMNS } from './upload-columns.tsx';
import { UploadEnd } from './upload-end.tsx';
import { UploadPanel } from './upload-panel.tsx';

/** A log from this desk: sent in parts, mapped and looked at meanwhile, then imported by the node. */
export function ImportPage() {
  const { upload: uploadId } = useSearch({ from: '/$agency/observations/import' });
  const agency = useAgency();
  const navigate = useNavigate();
  const begin = useBeginUpload();
  const sending = useSendFile();
  const open = (upload: string | undefined) =>
    void navigate({
      to: '/$agency/observations/import',
      params: { agency },
      search: upload ? { upload } : {},
    });
  const choose = (file: File) =>
    begin.mutate(file, {
      onSuccess: (upload) => {
        sending.send(upload.uploadId, file);
        open(upload.uploadId);
      },
    });
  return (
    <>
      <PageHead title={t('import.title')} lead={t('import.lead')} />
      <ObservationsTabs />
      {uploadId === undefined ? (
        <Stack>
          <ChooseLog pending={begin.isPending} error={begin.error} onChoose={choose} />
          <UploadList onOpen={open} />
        </Stack>
      ) : (
        <OneUpload key={uploadId} uploadId={uploadId} sending={sending} choose={choose} choosing={begin} />
      )}
    </>
  );
}

interface OneProps {
  readonly uploadId: string;
  readonly sending: ReturnType<typeof useSendFile>;
  readonly choosing: ReturnType<typeof useBeginUpload>;
  readonly choose: (file: File) => void;
}

function OneUpload({ uploadId, sending, choose, choosing }: OneProps) {
  const query = useUpload(uploadId);
  return (
    <Loaded query={query}>
      {(upload) => (
        <Stack>
          <UploadPanel upload={upload} sending={sending} />
          {upload.state === 'receiving' && upload.receivedBytes < upload.fileBytes && !sending.active && (
            <ChooseLog again={upload} pending={choosing.isPending} error={choosing.error} onChoose={choose} />
          )}
          {upload.state === 'receiving' && upload.receivedBytes > 0 && upload.profile === null && (
            <MapLog uploadId={uploadId} />
          )}
          <UploadEnd upload={upload} />
        </Stack>
      )}
    </Loaded>
  );
}

function UploadList({ onOpen }: { onOpen: (uploadId: string) => void }) {
  const uploads = useUploads();
  return (
    <Sheet>
      <Loaded query={uploads}>
        {(data) => (
          <DataTable
            name="uploads"
            label={t('import.uploads')}
            heading={t('import.uploads')}
            columns={UPLOAD_COLUMNS}
            rows={data.uploads}
            rowId={({ uploadId }) => uploadId}
            onOpen={({ uploadId }) => onOpen(uploadId)}
            empty={<Empty what={t('import.noUploads')} />}
          />
        )}
      </Loaded>
    </Sheet>
  );
}
