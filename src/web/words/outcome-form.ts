/**
 * The form of an outcome: what is typed, what is wrong with it, and what is sent. The node checks the
 * same rules again (casework, outcomeProblem); here they are said beside the field. Pure.
 */
import type { Flag, Outcome, OutcomeKind } from '#casework/types.ts';
import { t } from '#web/messages/messages.ts';

export const BYTE_UNITS = { GB: 1e9, TB: 1e12, GiB: 2 ** 30, TiB: 2 ** 40, B: 1 } as const;
export type ByteUnit = keyof typeof BYTE_UNITS;

/** Number fields hold what was typed, so that nothing typed is lost. */
export interface OutcomeForm {
  readonly outcome: OutcomeKind;
  readonly subscriberIdentified: boolean;
  readonly searchDone: boolean;
  readonly suspectsIdentified: string | number;
  readonly suspectsArrested: string | number;
  readonly victimsSafeguarded: string | number;
  readonly devicesSeized: string | number;
  readonly seized: string | number;
  readonly seizedUnit: ByteUnit;
  readonly flags: readonly Flag[];
  readonly note: string;
  readonly reason: string;
}

/** What is wrong, by field. */
export type Wrong = { -readonly [Field in keyof OutcomeForm]?: string };

const COUNTS = ['suspectsIdentified', 'suspectsArrested', 'victimsSafeguarded', 'devicesSeized'] as const;

export function formOf(outcome: Outcome | null): OutcomeForm {
  const bytes = outcome?.bytesSeized ?? 0;
  const unit: ByteUnit =
    bytes === 0 ? 'GB' : bytes % 1e9 === 0 ? (bytes >= 1e12 && bytes % 1e10 === 0 ? 'TB' : 'GB') : 'B';
  return {
    outcome: outcome?.outcome ?? 'pending',
    subscriberIdentified: outcome?.subscriberIdentified ?? false,
    searchDone: outcome?.searchDone ?? false,
    suspectsIdentified: outcome?.suspectsIdentified ?? 0,
    suspectsArrested: outcome?.suspectsArrested ?? 0,
    victimsSafeguarded: outcome?.victimsSafeguarded ?? 0,
    devicesSeized: outcome?.devicesSeized ?? 0,
    seized: bytes / BYTE_UNITS[unit],
    seizedUnit: unit,
    flags: outcome?.flags ?? [],
    note: '',
    reason: '',
  };
}

/** What the form states. Call it only when {@link wrongWith} found nothing. */
export function outcomeOf(form: OutcomeForm): Outcome {
  return {
    outcome: form.outcome,
    subscriberIdentified: form.subscriberIdentified,
    searchDone: form.searchDone,
    suspectsIdentified: Number(form.suspectsIdentified),
    suspectsArrested: Number(form.suspectsArrested),
    victimsSafeguarded: Number(form.victimsSafeguarded),
    devicesSeized: Number(form.devicesSeized),
    bytesSeized: Math.round(Number(form.seized) * BYTE_UNITS[form.seizedUnit]),
    flags: [...form.flags],
  };
}

/** What is wrong, by field, in words. Empty when the form can be sent. */
export function wrongWith(form: OutcomeForm, before: Outcome | null): Wrong {
  const wrong: Wrong = {};
  for (const name of COUNTS) if (!isCount(form[name])) wrong[name] = t('wrong.count');
  if (form.seized === '' || !(Number(form.seized) >= 0)) wrong.seized = t('wrong.size');
  if (Object.keys(wrong).length > 0) return wrong;
  const stated = outcomeOf(form);
  const found = stated.suspectsIdentified > 0 || stated.devicesSeized > 0;
  if (stated.suspectsArrested > stated.suspectsIdentified) wrong.suspectsArrested = t('wrong.arrested');
  if (stated.bytesSeized > 0 && stated.devicesSeized === 0) wrong.devicesSeized = t('wrong.devices');
  if (stated.devicesSeized > 0 && !stated.searchDone) wrong.searchDone = t('wrong.search');
  wrongResult(stated, found, wrong);
  if (before && takesBack(before, stated) && form.reason.trim() === '') wrong.reason = t('wrong.reason');
  return wrong;
}

function wrongResult(stated: Outcome, found: boolean, wrong: Wrong): void {
  if (stated.outcome === 'positive' && !found) wrong.outcome = t('wrong.positive');
  else if (stated.outcome !== 'positive' && found) wrong.outcome = t('wrong.notPositive');
  else if (stated.outcome === 'negative' && !stated.searchDone && !stated.subscriberIdentified)
    wrong.outcome = t('wrong.negative');
  else if (stated.outcome === 'not-actionable' && (stated.searchDone || stated.victimsSafeguarded > 0))
    wrong.outcome = t('wrong.notActionable');
}

/** Does `after` take back something stated before? Then it is a correction, and needs a reason. */
export function takesBack(before: Outcome, after: Outcome): boolean {
  return (
    (before.outcome !== 'pending' && before.outcome !== after.outcome) ||
    (before.subscriberIdentified && !after.subscriberIdentified) ||
    (before.searchDone && !after.searchDone) ||
    COUNTS.some((name) => after[name] < before[name]) ||
    after.bytesSeized < before.bytesSeized ||
    before.flags.some((flag) => !after.flags.includes(flag))
  );
}

function isCount(value: string | number): boolean {
  return (
    value !== '' && Number.isSafeInteger(Number(value)) && Number(value) >= 0 && Number(value) <= 1_000_000
  );
}
