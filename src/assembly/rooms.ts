/** Every room's message handlers and jobs, named once. A room that is not here does not take part. */
import { reportHandler } from '#casework/receive.ts';
import { riskAlarmHandler } from '#casework/risk-alarm.ts';
import type { MessageHandler } from '#exchange/kinds.ts';
import { packageHandler } from '#packages/receive.ts';

export const MESSAGE_HANDLERS: readonly MessageHandler[] = [packageHandler, reportHandler, riskAlarmHandler];
