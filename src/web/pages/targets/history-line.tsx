import { Link } from '@tanstack/react-router';
import { countryName } from '#core/countries.ts';
import type { CustodyLine } from '#web/api/custody.ts';
import { useAgency } from '#web/api/operation.ts';
import { hasMessage, plainMessage, t } from '#web/messages/messages.ts';
import { Time } from '#web/parts/time.tsx';
import { eventWords } from '#web/words/event-words.ts';

/** One act on a target: what, when, by whom and why. What proves it stands in the log. */
export function HistoryLine({
  event: { kind, at, actor, sequence, subject, facts },
}: {
  event: CustodyLine;
}) {
  const agency = useAgency();
  const { reason } = facts;
  const words = aboutWords(facts);
  return (
    <article>
      <h3>{eventWords(kind)}</h3>
      {words && <p>{words}</p>}
      {typeof reason === 'string' && <p>{t('life.because', { reason })}</p>}
      <p className="soft">
        <Time at={at} /> · <span className="mono">{actor}</span> ·{' '}
        <Link to="/$agency/custody" params={{ agency }} search={{ kind: subject.kind, id: subject.id }}>
          {t('custody.number', { sequence })}
        </Link>
      </p>
    </article>
  );
}

/** Which package, report or outcome: `France, version 1`. */
function aboutWords({ country, version, outcome }: CustodyLine['facts']): string {
  return [
    typeof country === 'string' && countryName(country),
    typeof outcome === 'string' && outcomeWord(outcome),
    typeof version === 'number' && t('life.version', { version }),
  ]
    .filter((part) => typeof part === 'string')
    .join(', ');
}

function outcomeWord(outcome: string): string {
  const key = `outcome.${outcome}`;
  return hasMessage(key) ? plainMessage(key) : outcome;
}
