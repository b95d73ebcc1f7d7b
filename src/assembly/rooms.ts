/** Every room's message handlers and jobs, named once. A room that is not here does not take part. */
import { keepWorkedPackages } from '#casework/keep-worked.ts';
import { reportHandler } from '#casework/receive.ts';
import { riskAlarmHandler } from '#casework/risk-alarm.ts';
import { letterHandlers } from '#correspondence/receive.ts';
import { matchOnReport, registerCrossmatchJobs } from '#crossmatch/jobs.ts';
import { selectorsHandler } from '#crossmatch/receive-selectors.ts';
import { registerEvidenceJobs } from '#evidence/jobs.ts';
import { withChannelHandlers } from '#exchange/channel-handlers.ts';
import type { MessageHandler } from '#exchange/kinds.ts';
import { reconciliationHandler } from '#exchange/reconciliation/receive.ts';
import { registerReconciliationJobs } from '#exchange/reconciliation/send.ts';
import { registerUploadJobs } from '#observations/import/upload-job.ts';
import { registerPartitionJobs } from '#observations/partition/jobs.ts';
import { TARGET_BUILD } from '#observations/partition/target-build.ts';
import { registerCurveJobs } from '#observations/retention/freeze-curve.ts';
import { registerCoverJobs } from '#observations/targets/cover-job.ts';
import { registerShelfJobs } from '#observations/targets/shelf-job.ts';
import { packageHandler } from '#packages/receive.ts';
import type { NodeContext } from '#platform/context.ts';
import { registerProtectionJobs } from '#protection/jobs.ts';
import { keepHeld } from '#protection/keep-held.ts';
import { registerReferralJobs } from '#referrals/answer-claim.ts';
import { referralHandlers } from '#referrals/handlers.ts';

const ROOM_HANDLERS: readonly MessageHandler[] = [
  reconciliationHandler,
  ...letterHandlers,
  keepWorkedPackages(packageHandler),
  matchOnReport(reportHandler),
  riskAlarmHandler,
  selectorsHandler,
  ...referralHandlers,
];

export const MESSAGE_HANDLERS = withChannelHandlers(ROOM_HANDLERS.map(keepHeld));

/** Names every room's jobs but those of the exchange, which `openExchange` names. Before the queue is started. */
export function registerRoomJobs(ctx: NodeContext): void {
  registerReconciliationJobs(ctx);
  registerCurveJobs(ctx);
  registerPartitionJobs(ctx, [TARGET_BUILD]);
  registerEvidenceJobs(ctx);
  registerCrossmatchJobs(ctx);
  registerReferralJobs(ctx);
  registerUploadJobs(ctx);
  registerCoverJobs(ctx);
  registerShelfJobs(ctx);
  registerProtectionJobs(ctx);
}
