/** How each state looks: one shape and one tone, the same on every page and on the map. */
import type { OutcomeKind } from '#casework/types.ts';
import type { StepState } from '#exercise/control.ts';
import type { CardView } from '#operations/key-schemas.ts';
import type { Alert, BoardCountry } from '#results/schemas.ts';
import type { StateLook } from './state-mark.tsx';

export type PackageState = BoardCountry['package']['state'];
export type ReportState = BoardCountry['report']['state'];

export const PACKAGE_LOOK: Readonly<Record<PackageState, StateLook>> = {
  none: { shape: 'ring', tone: 'idle' },
  composed: { shape: 'bar', tone: 'active' },
  approved: { shape: 'diamond', tone: 'active' },
  sent: { shape: 'half', tone: 'wait' },
  received: { shape: 'disc', tone: 'active' },
  acknowledged: { shape: 'tick', tone: 'good' },
  refused: { shape: 'cross', tone: 'bad' },
  overdue: { shape: 'triangle', tone: 'bad' },
};

export const REPORT_LOOK: Readonly<Record<ReportState, StateLook>> = {
  none: { shape: 'ring', tone: 'idle' },
  pending: { shape: 'half', tone: 'wait' },
  'not-actionable': { shape: 'bar', tone: 'idle' },
  negative: { shape: 'cross', tone: 'active' },
  positive: { shape: 'tick', tone: 'good' },
};

export const KEY_LOOK: Readonly<Record<CardView['signingKeys'][number]['standing'], StateLook>> = {
  valid: { shape: 'tick', tone: 'good' },
  'not-yet-valid': { shape: 'half', tone: 'wait' },
  expired: { shape: 'ring', tone: 'idle' },
  revoked: { shape: 'cross', tone: 'bad' },
};

export const OUTCOME_LOOK: Readonly<Record<OutcomeKind, StateLook>> = {
  pending: REPORT_LOOK.pending,
  'not-actionable': REPORT_LOOK['not-actionable'],
  negative: REPORT_LOOK.negative,
  positive: REPORT_LOOK.positive,
};

export const STEP_LOOK: Readonly<Record<StepState, StateLook>> = {
  waiting: { shape: 'ring', tone: 'idle' },
  running: { shape: 'half', tone: 'active' },
  done: { shape: 'tick', tone: 'good' },
  failed: { shape: 'cross', tone: 'bad' },
};

export const ALERT_LOOK: Readonly<Record<Alert['kind'], StateLook>> = {
  'imminent-risk': { shape: 'diamond', tone: 'bad' },
  'package-refused': { shape: 'cross', tone: 'bad' },
  'receipt-overdue': { shape: 'triangle', tone: 'bad' },
  contradiction: { shape: 'triangle', tone: 'wait' },
  'receipt-due': { shape: 'half', tone: 'wait' },
  'package-missing': { shape: 'ring', tone: 'wait' },
  'report-missing': { shape: 'ring', tone: 'idle' },
};

export type DeliveryState =
  | 'handed-on'
  | 'queued'
  | 'sent'
  | 'delivered'
  | 'acknowledged'
  | 'noted'
  | 'refused'
  | 'overdue';

export const DELIVERY_LOOK: Readonly<Record<DeliveryState, StateLook>> = {
  queued: { shape: 'ring', tone: 'wait' },
  'handed-on': { shape: 'disc', tone: 'idle' },
  sent: { shape: 'half', tone: 'wait' },
  delivered: { shape: 'disc', tone: 'wait' },
  acknowledged: { shape: 'tick', tone: 'good' },
  noted: { shape: 'tick', tone: 'good' },
  refused: { shape: 'cross', tone: 'bad' },
  overdue: { shape: 'triangle', tone: 'bad' },
};
