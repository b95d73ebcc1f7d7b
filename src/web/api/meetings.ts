import type { Static } from 'typebox';
import type {
  AgendaBody,
  ApproveMinutesBody,
  AttendanceBody,
  DecisionBody,
  InviteBody,
  MeetingsPage,
  MeetingView,
  PlanMeetingBody,
  ReleaseBody,
} from '#operations/meeting-schemas.ts';
import { useOperationPath } from './operation.ts';
import { useAct, useResource } from './resource.ts';

export function useMeetings() {
  return useResource<MeetingsPage>('meetings', '/meetings');
}

export function useMeeting(meetingId: string) {
  return useResource<MeetingView>('meetings', `/meetings/${meetingId}`);
}

/** Where the minutes are downloaded from. */
export function useMinutesPath(meetingId: string): string {
  return useOperationPath().path(`/meetings/${meetingId}/minutes.docx`);
}

export function usePlanMeeting() {
  return useAct<Static<typeof PlanMeetingBody>, MeetingView>(() => '/meetings');
}

export function useInvite(meetingId: string) {
  return useAct<Static<typeof InviteBody>, MeetingView>(() => `/meetings/${meetingId}/invitations`);
}

export function useSetAgenda(meetingId: string) {
  return useAct<Static<typeof AgendaBody>, MeetingView>(() => `/meetings/${meetingId}/agenda`);
}

export function useHold(meetingId: string) {
  return useAct<Static<typeof AttendanceBody>, MeetingView>(() => `/meetings/${meetingId}/attendance`);
}

export function useRecordDecision(meetingId: string) {
  return useAct<Static<typeof DecisionBody>, MeetingView>(() => `/meetings/${meetingId}/decisions`);
}

export function useReleasePackages(meetingId: string) {
  return useAct<Static<typeof ReleaseBody>, MeetingView>(() => `/meetings/${meetingId}/release`);
}

export function useApproveMinutes(meetingId: string) {
  return useAct<Static<typeof ApproveMinutesBody>, MeetingView>(
    () => `/meetings/${meetingId}/minutes/approval`,
  );
}
