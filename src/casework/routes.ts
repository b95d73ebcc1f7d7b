/** Casework over HTTP: a country's targets and outcomes, its reports; on the coordinator, everyone's reports. */
import { orPropose } from '#access/approvals/proposals.ts';
import { waitingView } from '#access/approvals/routes.ts';
import { Waiting } from '#access/approvals/schemas.ts';
import { closedTo } from '#access/closed-persons.ts';
import { type App, actorOf } from '#access/http.ts';
import { authorize } from '#access/policy.ts';
import type { CountryCode } from '#core/countries.ts';
import { IcarusError } from '#core/errors.ts';
import type { OperationId, ReportId, TargetId } from '#core/ids.ts';
import { withoutLinksTo } from '#packages/linked-targets.ts';
import type { NodeContext } from '#platform/context.ts';
import { categorise, NECESSITY_PROPOSED } from './categorise.ts';
import { contradictions } from './contradictions.ts';
import { OPENING_PROPOSED, openPerson } from './open-person.ts';
import { caseTargetRows, caseTotals, countCaseTargets, outcomeVersions } from './outcome-store.ts';
import { personVersions } from './person-store.ts';
import { recordOutcome } from './record.ts';
import { reportById, reportHistory, reportsOfTarget } from './report-store.ts';
import { caseTarget, outcomeVersion, personVersion, reportRow, reportRows, statedOutcome } from './rows.ts';
import {
  CaseTargetDetail,
  CaseTargetsPage,
  CaseTargetsQuery,
  CategoriseBody,
  OpenPersonBody,
  OperationParams,
  OutcomeVersion,
  PersonVersion,
  RecordOutcomeBody,
  ReportDetail,
  ReportParams,
  ReportPreview,
  ReportRow,
  ReportsPage,
  SendReportBody,
  TargetParams,
} from './schemas.ts';
import { previewReport, sendReport } from './send-report.ts';

export function caseworkRoutes(app: App, ctx: NodeContext): void {
  targetRoutes(app, ctx);
  outcomeRoutes(app, ctx);
  categoryRoutes(app, ctx);
  openingRoutes(app, ctx);
  reportReadingRoutes(app, ctx);
  reportSendingRoutes(app, ctx);
}

function targetRoutes(app: App, ctx: NodeContext): void {
  app.get(
    '/operations/:operationId/casework/targets',
    {
      schema: { params: OperationParams, querystring: CaseTargetsQuery, response: { 200: CaseTargetsPage } },
    },
    async (request) => {
      const operationId = request.params.operationId as OperationId;
      authorize(actorOf(request), 'casework.read', { operationId });
      const { sort = 'urgency', offset = 0, limit = 50, ...filter } = request.query;
      const without = await closedTo(ctx, actorOf(request), operationId);
      const own = { operationId, country: ownCountry(ctx), without };
      const rows = await caseTargetRows(ctx.db, { ...own, ...filter }, { sort, offset, limit });
      return {
        rows: rows.map(caseTarget),
        total: await countCaseTargets(ctx.db, { ...own, ...filter }),
        offset,
        limit,
        totals: await caseTotals(ctx.db, own),
      };
    },
  );
  app.get(
    '/operations/:operationId/casework/targets/:targetId',
    { schema: { params: TargetParams, response: { 200: CaseTargetDetail } } },
    async (request) => {
      const operationId = request.params.operationId as OperationId;
      const targetId = request.params.targetId as TargetId;
      authorize(actorOf(request), 'casework.read', { operationId });
      const filter = { operationId, country: ownCountry(ctx), targetId };
      const [row] = await caseTargetRows(ctx.db, filter, { sort: 'urgency', offset: 0, limit: 1 });
      if (!row) throw new IcarusError('casework/target-unknown', { target: targetId });
      return {
        target: caseTarget(row),
        document: withoutLinksTo(row.document, await closedTo(ctx, actorOf(request), operationId)),
        history: (await outcomeVersions(ctx.db, operationId, targetId)).map(outcomeVersion),
        persons: (await personVersions(ctx.db, { operationId, targetId, statedBy: ctx.node.agencyId })).map(
          personVersion,
        ),
        reports: await reportsOfTarget(ctx.db, operationId, targetId),
      };
    },
  );
}

function outcomeRoutes(app: App, ctx: NodeContext): void {
  app.post(
    '/operations/:operationId/casework/targets/:targetId/outcomes',
    { schema: { params: TargetParams, body: RecordOutcomeBody, response: { 200: OutcomeVersion } } },
    async (request) => {
      const { operationId, targetId } = request.params;
      const input = {
        ...request.body,
        operationId: operationId as OperationId,
        targetId: targetId as TargetId,
      };
      return outcomeVersion(await recordOutcome(ctx, actorOf(request), input));
    },
  );
}

function categoryRoutes(app: App, ctx: NodeContext): void {
  app.post(
    '/operations/:operationId/casework/targets/:targetId/category',
    {
      schema: {
        params: TargetParams,
        body: CategoriseBody,
        response: { 200: PersonVersion, 202: Waiting },
      },
    },
    async (request, reply) => {
      const actor = actorOf(request);
      const input = {
        ...request.body,
        operationId: request.params.operationId as OperationId,
        targetId: request.params.targetId as TargetId,
      };
      const made = await orPropose(ctx, actor, {
        reason: NECESSITY_PROPOSED,
        act: () => categorise(ctx, actor, input),
      });
      return 'proposal' in made
        ? reply.code(202).send(waitingView(made.proposal))
        : reply.send(personVersion(made.done));
    },
  );
}

function openingRoutes(app: App, ctx: NodeContext): void {
  app.post(
    '/operations/:operationId/persons/:targetId/opening',
    { schema: { params: TargetParams, body: OpenPersonBody, response: { 202: Waiting } } },
    async (request, reply) => {
      const actor = actorOf(request);
      const input = {
        ...request.body,
        operationId: request.params.operationId as OperationId,
        targetId: request.params.targetId as TargetId,
      };
      const made = await orPropose(ctx, actor, {
        reason: OPENING_PROPOSED,
        act: () => openPerson(ctx, actor, input),
      });
      // Without an approval it is never done at once.
      if ('proposal' in made) return reply.code(202).send(waitingView(made.proposal));
      throw new IcarusError('approval/missing');
    },
  );
}

function reportReadingRoutes(app: App, ctx: NodeContext): void {
  app.get(
    '/operations/:operationId/reports',
    { schema: { params: OperationParams, response: { 200: ReportsPage } } },
    async (request) => {
      const operationId = request.params.operationId as OperationId;
      authorize(actorOf(request), 'reports.read', { operationId });
      return {
        reports: reportRows(await reportHistory(ctx.db, operationId)),
        contradictions: await contradictions(ctx.db, operationId, ctx.clock.now()),
      };
    },
  );
  app.get(
    '/operations/:operationId/reports/:reportId',
    { schema: { params: ReportParams, response: { 200: ReportDetail } } },
    async (request) => {
      const operationId = request.params.operationId as OperationId;
      authorize(actorOf(request), 'reports.read', { operationId });
      const report = await reportById(ctx.db, request.params.reportId as ReportId);
      if (report?.operationId !== operationId) throw new IcarusError('request/not-found', { what: 'report' });
      const [newest] = await reportHistory(ctx.db, operationId, { country: report.country });
      const { targets, ...head } = report;
      const closed = await closedTo(ctx, actorOf(request), operationId);
      return {
        ...reportRow(head, newest?.reportId === report.reportId),
        targets: targets.filter(({ targetId }) => !closed.has(targetId)),
      };
    },
  );
}

function reportSendingRoutes(app: App, ctx: NodeContext): void {
  app.get(
    '/operations/:operationId/casework/report',
    { schema: { params: OperationParams, response: { 200: ReportPreview } } },
    async (request) => {
      const operationId = request.params.operationId as OperationId;
      const draft = await previewReport(ctx, actorOf(request), operationId);
      const closed = await closedTo(ctx, actorOf(request), operationId);
      const shown = draft.changed.filter(({ targetId }) => !closed.has(targetId));
      return {
        sequence: draft.sequence,
        nothingNew: draft.nothingNew,
        needsReason: draft.needsReason,
        changed: shown.map(({ targetId, before, after, takesBack }) => ({
          targetId,
          before: before ? statedOutcome(before) : null,
          after: statedOutcome(after),
          personBefore: before?.person ?? null,
          personAfter: after.person ?? null,
          takesBack,
        })),
        totals: draft.statement.totals,
      };
    },
  );
  app.post(
    '/operations/:operationId/casework/report',
    { schema: { params: OperationParams, body: SendReportBody, response: { 200: ReportRow } } },
    async (request) => {
      const input = { ...request.body, operationId: request.params.operationId as OperationId };
      return reportRow(await sendReport(ctx, actorOf(request), input), true);
    },
  );
}

/** A node of no country, such as the coordinator's, works no targets. */
function ownCountry(ctx: NodeContext): CountryCode {
  if (ctx.node.country === null)
    throw new IcarusError('report/not-participant', { agency: ctx.node.agencyId });
  return ctx.node.country;
}
