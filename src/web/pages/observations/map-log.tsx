import { NativeSelect } from '@mantine/core';
import { useState } from 'react';
import type { LogDescription, ProfileList } from '#observations/import/schemas.ts';
import {
  useLogDescription,
  usePreviewLog,
  useProfiles,
  useSaveProfile,
  useStartImport,
} from '#web/api/imports.ts';
import { useOperation } from '#web/api/operation.ts';
import { useSession, whyNot } from '#web/api/session.ts';
import { t } from '#web/messages/messages.ts';
import { ActButton } from '#web/parts/act-button.tsx';
import { ActForm } from '#web/parts/act-form.tsx';
import { Stack } from '#web/parts/columns.tsx';
import { Facts } from '#web/parts/facts.tsx';
import { Loaded } from '#web/parts/loaded.tsx';
import { Problem } from '#web/parts/problem.tsx';
import { PreviewPanel } from './preview-panel.tsx';
import { draftOf, emptyDraft, type ProfileDraft, profileOfDraft } from './profile-draft.ts';
import { ProfileFields } from './profile-fields.tsx';

/** How the columns of a log are read, what its first rows then become, and the start of its import. */
export function MapLog({ uploadId }: { uploadId: string }) {
  const description = useLogDescription(uploadId);
  const profiles = useProfiles();
  return (
    <Loaded query={description}>
      {(log) => (
        <Loaded query={profiles}>
          {(known) => <Mapping uploadId={uploadId} log={log} profiles={known} />}
        </Loaded>
      )}
    </Loaded>
  );
}

interface Props {
  readonly uploadId: string;
  readonly log: LogDescription;
  readonly profiles: ProfileList;
}

function Mapping({ uploadId, log, profiles }: Props) {
  const [draft, setDraft] = useState<ProfileDraft>(() => firstDraft(log, profiles));
  const preview = usePreviewLog(uploadId);
  const start = useStartImport(uploadId);
  const save = useSaveProfile();
  const why = whyNot(useSession(), 'observations.import', useOperation()?.operationId);
  const change = (next: Partial<ProfileDraft>) => {
    setDraft((old) => ({ ...old, ...next }));
    preview.reset();
    save.reset();
  };
  const profile = profileOfDraft(draft);
  const seen = preview.data;
  return (
    <Stack>
      <ActForm
        title={t('import.map')}
        words={<p>{t('import.mapWords')}</p>}
        act={t('import.look')}
        why={why}
        pending={preview.isPending}
        error={preview.error}
        onAct={() => preview.mutate(profile)}
      >
        <LogFacts log={log} />
        <ProfileChoice profiles={profiles} onChoose={change} log={log} />
        <ProfileFields draft={draft} log={log} onChange={change} />
      </ActForm>
      {seen && (
        <>
          <PreviewPanel preview={seen} />
          <ActForm
            title={t('import.start')}
            words={<p>{t('import.startWords')}</p>}
            act={t('import.startAct')}
            why={why ?? (seen.accepted === 0 ? t('import.nothing') : undefined)}
            pending={start.isPending}
            error={start.error}
            onAct={() => start.mutate({ profile: save.data?.profile ?? profile })}
          />
          <div className="no-print">
            {save.isError && <Problem error={save.error} title={t('problem.actTitle')} />}
            <ActButton
              variant="default"
              why={why}
              loading={save.isPending}
              onClick={() =>
                save.mutate({ profile }, { onSuccess: ({ profile: saved }) => setDraft(draftOf(saved)) })
              }
            >
              {t('import.saveProfile')}
            </ActButton>{' '}
            {save.data && (
              <span role="status" className="soft">
                {t('profiles.saved', { name: save.data.profile.name, version: save.data.profile.version })}
              </span>
            )}
          </div>
        </>
      )}
    </Stack>
  );
}

function LogFacts({ log }: { log: LogDescription }) {
  return (
    <Facts
      columns={2}
      facts={[
        { name: t('import.format'), value: t(`import.format.${log.format}`) },
        { name: t('import.compression'), value: t(`import.compression.${log.compression}`) },
        { name: t('import.columns'), value: <span className="mono">{log.columns.join(', ')}</span> },
      ]}
    />
  );
}

/** The saved profile whose columns are all there; else an empty one that knows how the log is written. */
function firstDraft(log: LogDescription, { profiles }: ProfileList): ProfileDraft {
  const columns = new Set(log.columns);
  const fits = profiles.find(({ profile }) =>
    Object.values(profile.fields).every((source) => !('column' in source) || columns.has(source.column)),
  );
  return fits ? draftOf(fits.profile) : written(emptyDraft(), log);
}

function written(draft: ProfileDraft, { format, delimiter }: LogDescription): ProfileDraft {
  const usual = format === 'tsv' ? '\t' : ',';
  return { ...draft, format, delimiter: delimiter === null || delimiter === usual ? undefined : delimiter };
}

interface ChoiceProps {
  readonly profiles: ProfileList;
  readonly log: LogDescription;
  readonly onChoose: (draft: ProfileDraft) => void;
}

function ProfileChoice({ profiles, log, onChoose }: ChoiceProps) {
  const saved = profiles.profiles.map(({ profile }) => ({
    value: `${profile.name}@${profile.version}`,
    label: `${profile.name} ${profile.version}`,
    draft: draftOf(profile),
  }));
  const examples = profiles.examples.map(({ name, words, profile }) => ({
    value: `example ${name}`,
    label: t('profiles.example', { words }),
    draft: draftOf(profile),
  }));
  const all = [
    ...saved,
    ...examples,
    { value: 'new', label: t('profiles.new'), draft: written(emptyDraft(), log) },
  ];
  return (
    <NativeSelect
      label={t('profiles.choose')}
      description={t('profiles.chooseHint')}
      data={[{ value: '', label: t('profiles.keep') }, ...all.map(({ value, label }) => ({ value, label }))]}
      onChange={(event) => {
        const chosen = all.find(({ value }) => value === event.currentTarget.value);
        if (chosen) onChoose(chosen.draft);
      }}
    />
  );
}
