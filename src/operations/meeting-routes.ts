/** Meetings over HTTP: planned, held, decided, minuted. */
import { type App, actorOf } from '#access/http.ts';
import { authorize } from '#access/policy.ts';
import type { AgencyId, OperationId } from '#core/ids.ts';
import type { NodeContext } from '#platform/context.ts';
import { requireOperation } from './create.ts';
import { holdMeeting, inviteAgencies, planMeeting, requireMeeting, setAgenda } from './meeting.ts';
import { meetingRelease, recordDecision, releaseDecision } from './meeting-decisions.ts';
import {
  AgendaBody,
  ApproveMinutesBody,
  AttendanceBody,
  DecisionBody,
  type DecisionView,
  InviteBody,
  MeetingParams,
  MeetingsPage,
  MeetingsParams,
  MeetingView,
  PlanMeetingBody,
  ReleaseBody,
} from './meeting-schemas.ts';
import { listMeetings } from './meeting-store.ts';
import type { Decision, DecisionId, Meeting, MeetingId } from './meeting-types.ts';
import { approveMinutes, minutesDigest, printMinutes } from './minutes.ts';
import type { Operation } from './types.ts';

const DOCX = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document';

export function meetingRoutes(app: App, ctx: NodeContext): void {
  readingRoutes(app, ctx);
  planningRoutes(app, ctx);
  decisionRoutes(app, ctx);
}

function readingRoutes(app: App, ctx: NodeContext): void {
  app.get(
    '/operations/:operationId/meetings',
    { schema: { params: MeetingsParams, response: { 200: MeetingsPage } } },
    async (request) => {
      const operationId = request.params.operationId as OperationId;
      authorize(actorOf(request), 'meeting.read', { operationId });
      const operation = await requireOperation(ctx.db, operationId);
      const release = await meetingRelease(ctx.db, operationId);
      return {
        meetings: (await listMeetings(ctx.db, operationId)).map((meeting) => view(meeting, operation)),
        release: release ? decisionView(release) : null,
      };
    },
  );
  app.get(
    '/operations/:operationId/meetings/:meetingId',
    { schema: { params: MeetingParams, response: { 200: MeetingView } } },
    async (request) => {
      const ref = refOf(request.params);
      authorize(actorOf(request), 'meeting.read', ref);
      return shown(ctx, await requireMeeting(ctx.db, ref));
    },
  );
  app.get(
    '/operations/:operationId/meetings/:meetingId/minutes.docx',
    { config: { rate: 'document' }, schema: { params: MeetingParams } },
    async (request, reply) => {
      const { bytes, fileName } = await printMinutes(ctx, actorOf(request), refOf(request.params));
      return reply.type(DOCX).header('content-disposition', `attachment; filename="${fileName}"`).send(bytes);
    },
  );
}

function planningRoutes(app: App, ctx: NodeContext): void {
  app.post(
    '/operations/:operationId/meetings',
    { schema: { params: MeetingsParams, body: PlanMeetingBody, response: { 200: MeetingView } } },
    async (request) => {
      const { invited, startsAt, endsAt, ...plan } = request.body;
      const meeting = await planMeeting(ctx, actorOf(request), {
        ...plan,
        operationId: request.params.operationId as OperationId,
        startsAt: new Date(startsAt),
        endsAt: new Date(endsAt),
        invited: invited as AgencyId[],
      });
      return shown(ctx, meeting);
    },
  );
  app.post(
    '/operations/:operationId/meetings/:meetingId/invitations',
    { schema: { params: MeetingParams, body: InviteBody, response: { 200: MeetingView } } },
    async (request) => {
      const agencies = request.body.agencies as AgencyId[];
      const input = { ...refOf(request.params), agencies };
      return shown(ctx, await inviteAgencies(ctx, actorOf(request), input));
    },
  );
  app.post(
    '/operations/:operationId/meetings/:meetingId/agenda',
    { schema: { params: MeetingParams, body: AgendaBody, response: { 200: MeetingView } } },
    async (request) => {
      const input = { ...refOf(request.params), ...request.body };
      return shown(ctx, await setAgenda(ctx, actorOf(request), input));
    },
  );
  app.post(
    '/operations/:operationId/meetings/:meetingId/attendance',
    { schema: { params: MeetingParams, body: AttendanceBody, response: { 200: MeetingView } } },
    async (request) => {
      const present = request.body.present.map(({ agencyId, attendants }) => ({
        agencyId: agencyId as AgencyId,
        attendants,
      }));
      const input = { ...refOf(request.params), present };
      return shown(ctx, await holdMeeting(ctx, actorOf(request), input));
    },
  );
}

function decisionRoutes(app: App, ctx: NodeContext): void {
  app.post(
    '/operations/:operationId/meetings/:meetingId/decisions',
    { schema: { params: MeetingParams, body: DecisionBody, response: { 200: MeetingView } } },
    async (request) => {
      const { text, responsible, dueAt, supersedes } = request.body;
      const meeting = await recordDecision(ctx, actorOf(request), {
        ...refOf(request.params),
        text,
        responsible: responsible as AgencyId | undefined,
        dueAt: timeOf(dueAt),
        supersedes: supersedes as DecisionId | undefined,
      });
      return shown(ctx, meeting);
    },
  );
  app.post(
    '/operations/:operationId/meetings/:meetingId/release',
    { schema: { params: MeetingParams, body: ReleaseBody, response: { 200: MeetingView } } },
    async (request) => {
      const { text, dueAt, supersedes } = request.body;
      const meeting = await releaseDecision(ctx, actorOf(request), {
        ...refOf(request.params),
        text,
        dueAt: timeOf(dueAt),
        supersedes: supersedes as DecisionId | undefined,
      });
      return shown(ctx, meeting);
    },
  );
  app.post(
    '/operations/:operationId/meetings/:meetingId/minutes/approval',
    { schema: { params: MeetingParams, body: ApproveMinutesBody, response: { 200: MeetingView } } },
    async (request) => {
      const input = { ...refOf(request.params), digest: request.body.digest };
      return shown(ctx, await approveMinutes(ctx, actorOf(request), input));
    },
  );
}

function refOf(params: { operationId: string; meetingId: string }) {
  return { operationId: params.operationId as OperationId, meetingId: params.meetingId as MeetingId };
}

function timeOf(text: string | undefined): Date | undefined {
  return text === undefined ? undefined : new Date(text);
}

async function shown(ctx: NodeContext, meeting: Meeting): Promise<MeetingView> {
  return view(meeting, await requireOperation(ctx.db, meeting.operationId));
}

function view(meeting: Meeting, operation: Operation): MeetingView {
  const { operationId: _, minutesDigest: approved, ...rest } = meeting;
  return {
    ...rest,
    startsAt: meeting.startsAt.toISOString(),
    endsAt: meeting.endsAt.toISOString(),
    heldAt: meeting.heldAt?.toISOString() ?? null,
    approvedAt: meeting.approvedAt?.toISOString() ?? null,
    digest: approved ?? (meeting.state === 'planned' ? null : minutesDigest(meeting, operation)),
    agencies: meeting.agencies.map((agency) => ({ ...agency, attendants: [...agency.attendants] })),
    agenda: [...meeting.agenda],
    decisions: meeting.decisions.map(decisionView),
  };
}

function decisionView(decision: Decision): DecisionView {
  return {
    ...decision,
    dueAt: decision.dueAt?.toISOString() ?? null,
    recordedAt: decision.recordedAt.toISOString(),
  };
}
