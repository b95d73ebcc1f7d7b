import { Button, NativeSelect, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { HoldingsMapping } from '#crossmatch/mapping.ts';
import { useAddMapping } from '#web/api/hits.ts';
import { useOperation } from '#web/api/operation.ts';
import { useSession, whyNot } from '#web/api/session.ts';
import { t } from '#web/messages/messages.ts';
import { ActForm } from '#web/parts/act-form.tsx';
import { FieldGroup } from '#web/parts/field-group.tsx';
import { useFields } from '#web/parts/use-fields.ts';
import {
  EMPTY_COLUMN,
  type MappedColumn,
  mappedOf,
  SelectorColumnFields,
} from './selector-column-fields.tsx';

const DELIMITERS = [',', ';', '\t', '|'] as const;
const EMPTY = { name: '', version: '1', delimiter: ',', reference: '', network: '', minor: '', columns: '' };

/** How the columns of an agency's own file are read; kept under a name for the next time. */
export function MappingForm({ onAdded }: { onAdded: (mappingId: string) => void }) {
  const add = useAddMapping();
  const [columns, setColumns] = useState<readonly MappedColumn[]>([EMPTY_COLUMN]);
  const why = whyNot(useSession(), 'crossmatch.import', useOperation()?.operationId);
  const named = columns.filter(({ column }) => column.trim() !== '');
  const fields = useFields(EMPTY, ({ name, version, reference }) => ({
    name: name.trim() === '' ? t('form.required') : undefined,
    version: /^[1-9]\d{0,5}$/.test(version) ? undefined : t('wrong.count'),
    reference: reference.trim() === '' ? t('form.required') : undefined,
    columns: named.length === 0 ? t('mapping.noColumn') : undefined,
  }));
  const { form, wrong } = fields;
  const mapping = (): HoldingsMapping => ({
    name: form.name.trim(),
    version: Number(form.version),
    delimiter: DELIMITERS.find((one) => one === form.delimiter) ?? ',',
    reference: form.reference.trim(),
    ...(form.network.trim() && { network: form.network.trim() }),
    ...(form.minor.trim() && { minor: form.minor.trim() }),
    selectors: named.map(mappedOf),
  });
  return (
    <ActForm
      title={t('mapping.title')}
      words={<p>{t('mapping.words')}</p>}
      act={t('mapping.act')}
      why={why}
      pending={add.isPending}
      error={add.error}
      done={add.isSuccess ? t('mapping.done') : undefined}
      onAct={() =>
        fields.ready() && add.mutate(mapping(), { onSuccess: ({ mappingId }) => onAdded(mappingId) })
      }
    >
      <FieldGroup pairs>
        <TextInput label={t('mapping.name')} required maxLength={80} {...fields.text('name')} />
        <TextInput label={t('column.version')} required inputMode="numeric" {...fields.text('version')} />
        <NativeSelect
          label={t('mapping.delimiter')}
          data={DELIMITERS.map((value) => ({ value, label: t(`mapping.delimiter.${value}`) }))}
          {...fields.text('delimiter')}
        />
        <TextInput label={t('mapping.reference')} required maxLength={200} {...fields.text('reference')} />
        <TextInput label={t('mapping.network')} maxLength={200} {...fields.text('network')} />
        <TextInput label={t('mapping.minor')} maxLength={200} {...fields.text('minor')} />
      </FieldGroup>
      <FieldGroup legend={t('mapping.columns')} wrong={wrong.columns}>
        {columns.map((column, index) => (
          <SelectorColumnFields
            // The place in the list is what the row is.
            // eslint-disable-next-line react/no-array-index-key
            key={index}
            column={column}
            onChange={(change) =>
              setColumns(columns.map((one, at) => (at === index ? { ...one, ...change } : one)))
            }
          />
        ))}
        <div>
          <Button size="compact-xs" variant="default" onClick={() => setColumns([...columns, EMPTY_COLUMN])}>
            {t('mapping.addColumn')}
          </Button>
        </div>
      </FieldGroup>
    </ActForm>
  );
}
