/** What a proposal is about, in words, by its kind. */
import type { ProposalView } from '#access/approvals/schemas.ts';
import { hasMessage, plainMessage, t } from '#web/messages/messages.ts';
import type { Fact } from '#web/parts/facts.tsx';

/** A role by its name, an agency or a target as it is written. */
export function changeWords(kind: ProposalView['kind'], value: string): string {
  const role = `role.${value}`;
  if ((kind === 'role.grant' || kind === 'role.withdraw') && hasMessage(role)) return plainMessage(role);
  return kind === 'letter.disclose' ? value.toUpperCase() : value;
}

interface Lifted {
  readonly provider: string;
  readonly recipient: string;
  readonly codes: readonly string[];
}

interface ActWords {
  readonly officer?: string;
  readonly letter?: string;
  readonly text?: string;
  readonly lifted?: readonly Lifted[];
  readonly target?: string;
  readonly frozenPackages?: readonly string[];
  readonly legalBasis?: string;
}

export function aboutFacts({ act }: ProposalView): Fact[] {
  const { officer, letter, text, lifted = [], target, frozenPackages = [], legalBasis } = act as ActWords;
  const about = officer ?? letter ?? target;
  return [
    ...(about ? [{ name: t('approvals.what'), value: <span className="mono">{about}</span> }] : []),
    ...lifted.map(({ provider, recipient, codes }, n) => ({
      name: n === 0 ? t('approvals.kind.letter.disclose') : `${t('approvals.kind.letter.disclose')} ${n + 1}`,
      value: t('approvals.lifted', {
        provider: provider.toUpperCase(),
        recipient: recipient.toUpperCase(),
        codes: codes.join(', '),
      }),
    })),
    ...(text ? [{ name: t('approvals.text'), value: text }] : []),
    ...(legalBasis ? [{ name: t('approvals.basis'), value: legalBasis }] : []),
    ...(frozenPackages.length > 0
      ? [{ name: t('approvals.packages'), value: frozenPackages.join(', ') }]
      : []),
  ];
}
