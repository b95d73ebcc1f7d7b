/** Every message of the referrals, for whoever puts a node together. Its jobs: `registerReferralJobs`. */
import type { MessageHandler } from '#exchange/kinds.ts';
import { claimAnswerHandler } from './answer-claim.ts';
import { eurojustAnswerHandler, eurojustRequestHandler } from './answer-eurojust.ts';
import { permissionAnswerHandler, permissionRequestHandler } from './answer-permission.ts';
import { confirmationHandler } from './confirm-icse.ts';
import { submissionHandler } from './receive-icse.ts';
import { claimHandler, claimWithdrawalHandler } from './register.ts';

export const referralHandlers: readonly MessageHandler[] = [
  claimHandler,
  claimWithdrawalHandler,
  claimAnswerHandler,
  submissionHandler,
  confirmationHandler,
  permissionRequestHandler,
  permissionAnswerHandler,
  eurojustRequestHandler,
  eurojustAnswerHandler,
];
