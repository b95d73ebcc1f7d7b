/** Looks of states in programme, meetings, evidence, matches and referrals; each says its word beside it. */
import type { HitsQuery, NetworkRow } from '#crossmatch/schemas.ts';
import type { InventoryState, Verdict } from '#evidence/types.ts';
import type { UploadRow } from '#observations/import/schemas.ts';
import type { MeetingState } from '#operations/meeting-types.ts';
import type { PlanState } from '#operations/programme-types.ts';
import type { RequestView, SeriesView } from '#referrals/schemas.ts';
import type { StateLook } from './state-mark.tsx';

export const PLAN_LOOK: Readonly<Record<PlanState, StateLook>> = {
  planned: { shape: 'ring', tone: 'idle' },
  running: { shape: 'half', tone: 'active' },
  done: { shape: 'tick', tone: 'good' },
};

export const MEETING_LOOK: Readonly<Record<MeetingState, StateLook>> = {
  planned: { shape: 'ring', tone: 'wait' },
  held: { shape: 'half', tone: 'active' },
  'minutes-approved': { shape: 'tick', tone: 'good' },
};

export const INVENTORY_LOOK: Readonly<Record<InventoryState | 'none', StateLook>> = {
  none: { shape: 'ring', tone: 'idle' },
  running: { shape: 'half', tone: 'active' },
  matching: { shape: 'half', tone: 'active' },
  measuring: { shape: 'half', tone: 'active' },
  done: { shape: 'tick', tone: 'good' },
  cancelled: { shape: 'bar', tone: 'wait' },
  failed: { shape: 'cross', tone: 'bad' },
};

export const UPLOAD_LOOK: Readonly<Record<UploadRow['state'], StateLook>> = {
  receiving: { shape: 'half', tone: 'active' },
  importing: { shape: 'half', tone: 'active' },
  imported: { shape: 'tick', tone: 'good' },
  failed: { shape: 'cross', tone: 'bad' },
  cancelled: { shape: 'bar', tone: 'wait' },
};

export const VERDICT_LOOK: Readonly<Record<Verdict | 'not-examined', StateLook>> = {
  known: { shape: 'diamond', tone: 'bad' },
  'of-interest': { shape: 'triangle', tone: 'wait' },
  benign: { shape: 'tick', tone: 'good' },
  unknown: { shape: 'ring', tone: 'active' },
  'not-examined': { shape: 'bar', tone: 'idle' },
};

export type HitState = NonNullable<HitsQuery['state']>;

export const HIT_LOOK: Readonly<Record<HitState, StateLook>> = {
  undecided: { shape: 'ring', tone: 'wait' },
  same: { shape: 'disc', tone: 'bad' },
  'not-same': { shape: 'cross', tone: 'idle' },
  unsure: { shape: 'half', tone: 'wait' },
};

export const NETWORK_LOOK: Readonly<Record<NetworkRow['kind'], StateLook>> = {
  'known-network': { shape: 'diamond', tone: 'bad' },
  'new-group': { shape: 'triangle', tone: 'wait' },
  single: { shape: 'disc', tone: 'active' },
};

export const SERIES_LOOK: Readonly<Record<SeriesView['state'], StateLook>> = {
  prepared: { shape: 'ring', tone: 'wait' },
  approved: { shape: 'diamond', tone: 'active' },
  'claim-asked': { shape: 'half', tone: 'wait' },
  'claim-granted': { shape: 'disc', tone: 'active' },
  'claim-refused': { shape: 'cross', tone: 'bad' },
  'claim-withdrawn': { shape: 'bar', tone: 'idle' },
  sent: { shape: 'half', tone: 'active' },
  confirmed: { shape: 'tick', tone: 'good' },
};

export const REQUEST_LOOK: Readonly<Record<RequestView['state'], StateLook>> = {
  draft: { shape: 'ring', tone: 'wait' },
  blocked: { shape: 'cross', tone: 'bad' },
  released: { shape: 'diamond', tone: 'active' },
  sent: { shape: 'half', tone: 'active' },
  answered: { shape: 'tick', tone: 'good' },
  closed: { shape: 'bar', tone: 'idle' },
};

export type Answer = 'waiting' | 'granted' | 'refused';

export const ANSWER_LOOK: Readonly<Record<Answer, StateLook>> = {
  waiting: { shape: 'half', tone: 'wait' },
  granted: { shape: 'tick', tone: 'good' },
  refused: { shape: 'cross', tone: 'bad' },
};

export const RISK_LOOK: Readonly<Record<'raised' | 'cleared', StateLook>> = {
  raised: { shape: 'diamond', tone: 'bad' },
  cleared: { shape: 'tick', tone: 'good' },
};
