import { NativeSelect } from '@mantine/core';
import type { ListPreview } from '#evidence/schemas.ts';
import type { Meaning } from '#evidence/types.ts';
import { t } from '#web/messages/messages.ts';
import { FieldGroup } from '#web/parts/field-group.tsx';
import { MEANINGS } from '#web/words/evidence.ts';

const MOST = 40;

interface Props {
  readonly categories: ListPreview['categories'];
  readonly meanings: Readonly<Record<string, Meaning>>;
  readonly onChange: (meanings: Readonly<Record<string, Meaning>>) => void;
}

/** Categories that mean something else than the list as a whole. Codes are national and opaque. */
export function CategoryMeanings({ categories, meanings, onChange }: Props) {
  const named = categories.filter(({ category }) => category !== '').slice(0, MOST);
  if (named.length === 0) return null;
  const change = (category: string, value: string) => {
    const { [category]: _, ...others } = meanings;
    const meaning = MEANINGS.find((one) => one === value);
    onChange(meaning ? { ...others, [category]: meaning } : others);
  };
  return (
    <FieldGroup legend={t('hashlist.otherMeanings')} pairs>
      {named.map(({ category, rows }) => (
        <NativeSelect
          key={category}
          size="xs"
          label={t('hashlist.categoryRows', { category, count: rows })}
          value={meanings[category] ?? ''}
          onChange={(event) => change(category, event.currentTarget.value)}
          data={[
            { value: '', label: t('hashlist.asTheList') },
            ...MEANINGS.map((value) => ({ value, label: t(`verdict.${value}`) })),
          ]}
        />
      ))}
    </FieldGroup>
  );
}
