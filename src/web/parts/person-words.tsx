import type { PersonView } from '#casework/schemas.ts';
import { t } from '#web/messages/messages.ts';

/** Who a person is to the case, in words: "Victim, under 18". */
export function PersonWords({ person }: { readonly person: Omit<PersonView, 'version'> }) {
  const { category, minor, strictlyNecessary } = person;
  const words = [
    t(`category.${category}`),
    minor && t('person.minor'),
    strictlyNecessary && t('person.matched'),
  ];
  return <span>{words.filter(Boolean).join(', ')}</span>;
}
