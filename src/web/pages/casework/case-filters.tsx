import { NativeSelect, SegmentedControl } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { t } from '#web/messages/messages.ts';
import { CATEGORIES, FLAGS, OUTCOMES } from '#web/words/outcomes.ts';

const SORTS = ['urgency', 'last-seen', 'recorded'] as const;

/** Which targets, and in which order; all of it stands in the address. */
export function CaseFilters() {
  const search = useSearch({ from: '/$agency/casework' });
  const navigate = useNavigate({ from: '/$agency/casework' });
  const change = (name: 'outcome' | 'flag' | 'category' | 'sort', value: string) =>
    void navigate({
      search: (old) => ({ ...old, from: undefined, [name]: value || undefined }),
      resetScroll: false,
    });
  return (
    <>
      <SegmentedControl
        size="xs"
        aria-label={t('case.result')}
        value={search.outcome ?? ''}
        onChange={(value) => change('outcome', value)}
        data={[
          { value: '', label: t('list.all') },
          ...OUTCOMES.map((value) => ({ value, label: t(`outcome.${value}`) })),
        ]}
      />
      <NativeSelect
        size="xs"
        aria-label={t('case.flags')}
        value={search.flag ?? ''}
        onChange={(event) => change('flag', event.currentTarget.value)}
        data={[
          { value: '', label: t('casework.anyFlag') },
          ...FLAGS.map((value) => ({ value, label: t(`flag.${value}`) })),
        ]}
      />
      <NativeSelect
        size="xs"
        aria-label={t('person.title')}
        value={search.category ?? ''}
        onChange={(event) => change('category', event.currentTarget.value)}
        data={[
          { value: '', label: t('person.any') },
          ...CATEGORIES.map((value) => ({ value, label: t(`category.${value}`) })),
        ]}
      />
      <NativeSelect
        size="xs"
        aria-label={t('casework.sortLabel')}
        value={search.sort ?? 'urgency'}
        onChange={(event) => change('sort', event.currentTarget.value)}
        data={SORTS.map((value) => ({ value, label: t(`casework.sort.${value}`) }))}
      />
    </>
  );
}
