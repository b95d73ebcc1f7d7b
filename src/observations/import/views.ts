/** From the types of importing to what its routes give. */
import type { LogPreview } from './preview.ts';
import type { SavedProfile } from './profile-store.ts';
import type { LogDescription, LogPreviewView, SavedProfileRow, UploadRow } from './schemas.ts';
import type { LogUpload } from './upload-store.ts';

export function savedProfileRow({ profile, digest, savedAt, savedBy }: SavedProfile): SavedProfileRow {
  return { profile, digest, savedAt: savedAt.toISOString(), savedBy };
}

export function uploadRow(upload: LogUpload): UploadRow {
  const { operationId: _operation, startedBy: _startedBy, profile, ...shown } = upload;
  return {
    ...shown,
    profile: profile && { name: profile.name, version: profile.version },
    createdAt: upload.createdAt.toISOString(),
    changedAt: upload.changedAt.toISOString(),
  };
}

export function descriptionView({
  columns,
  ...log
}: Omit<LogDescription, 'columns'> & Pick<LogPreview, 'columns'>): LogDescription {
  return { ...log, columns: [...columns] };
}

export function previewView({ columns, rows, ...preview }: LogPreview): LogPreviewView {
  return { ...preview, columns: [...columns], rows: [...rows] };
}
