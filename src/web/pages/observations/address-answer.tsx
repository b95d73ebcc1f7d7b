import { countryName } from '#core/countries.ts';
import type { AddressExplanationView } from '#observations/schemas.ts';
import { t } from '#web/messages/messages.ts';
import { Facts } from '#web/parts/facts.tsx';
import { Panel } from '#web/parts/panel.tsx';

const MARKS = ['disagreement', 'afterTheFact', 'carrierNat', 'hosting'] as const;

/** What was decided about an address, and the reasoning in sentences. */
export function AddressAnswer({ explanation }: { explanation: AddressExplanationView }) {
  const { address, country, operator, asn, decidedBy, words } = explanation;
  const marks = MARKS.filter((mark) => explanation[mark]).map((mark) => t(`lookup.${mark}`));
  return (
    <Panel title={address}>
      <div role="status">
        <Facts
          facts={[
            { name: t('lookup.country'), value: country === null ? t('lookup.none') : countryName(country) },
            { name: t('lookup.operator'), value: operator ?? t('lookup.none') },
            asn !== null && { name: t('lookup.system'), value: `AS${asn}` },
            decidedBy !== null && { name: t('lookup.decidedBy'), value: decidedBy },
            marks.length > 0 && { name: t('lookup.marks'), value: marks.join(', ') },
          ]}
        />
      </div>
      <h3>{t('lookup.why')}</h3>
      <ul>
        {words.map((sentence) => (
          <li key={sentence}>{sentence}</li>
        ))}
      </ul>
    </Panel>
  );
}
