import type { Static } from 'typebox';
import type {
  AddPlanEntryBody,
  AdvancePlanEntryBody,
  CreateProgrammeBody,
  LinkOperationBody,
  ProgrammesPage,
  ProgrammeView,
} from '#operations/programme-schemas.ts';
import { post } from './client.ts';
import { useAgency } from './operation.ts';
import { useChange, useNodeAct, useNodeResource } from './resource.ts';

export function useProgrammes() {
  return useNodeResource<ProgrammesPage>('programme', '/programmes');
}

export function useCreateProgramme() {
  return useNodeAct<Static<typeof CreateProgrammeBody>, ProgrammeView>('/programmes');
}

export function useAddPlanEntry(programmeId: string) {
  return useNodeAct<Static<typeof AddPlanEntryBody>, ProgrammeView>(`/programmes/${programmeId}/plan`);
}

export function useLinkOperation(programmeId: string) {
  return useNodeAct<Static<typeof LinkOperationBody>, ProgrammeView>(`/programmes/${programmeId}/operations`);
}

export function useAdvancePlanEntry(programmeId: string) {
  const agency = useAgency();
  return useChange(({ entryId, ...body }: Static<typeof AdvancePlanEntryBody> & { entryId: string }) =>
    post<ProgrammeView>(`/nodes/${agency}/api/programmes/${programmeId}/plan/${entryId}/state`, body),
  );
}
