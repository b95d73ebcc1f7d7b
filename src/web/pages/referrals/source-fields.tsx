import { Button, Checkbox, NativeSelect, TextInput } from '@mantine/core';
import { HANDLING_CODES } from '#core/handling.ts';
import type { RequestView } from '#referrals/schemas.ts';
import { useOperation } from '#web/api/operation.ts';
import { useSession } from '#web/api/session.ts';
import { t } from '#web/messages/messages.ts';
import { FieldGroup } from '#web/parts/field-group.tsx';
import { agencyName } from '#web/words/agency-name.ts';
import classes from './draft-request-page.module.css';

export type SourceForm = RequestView['sources'][number];
const KINDS = [
  'case',
  'target',
  'hit',
  'network',
  'package',
  'report',
] as const satisfies readonly SourceForm['kind'][];
/** H3 needs words of its own; those on record are added by the node. */
const CODES = HANDLING_CODES.filter((code) => code !== 'H3');

interface Props {
  readonly sources: readonly SourceForm[];
  readonly wrong: string | undefined;
  readonly onChange: (sources: readonly SourceForm[]) => void;
}

/** What a request rests on, and whose it is: codes on record are added by the node, none can be left out. */
export function SourceFields({ sources, wrong, onChange }: Props) {
  const own = useSession().agency.agencyId;
  const change = (index: number, next: Partial<SourceForm>) =>
    onChange(sources.map((source, at) => (at === index ? { ...source, ...next } : source)));
  const add = () =>
    onChange([...sources, { kind: 'case', id: '', provider: own, handling: { codes: [], text: '' } }]);
  return (
    <FieldGroup legend={t('eurojust.sources')} wrong={wrong}>
      <p className="soft">{t('eurojust.sourcesHint')}</p>
      {sources.map((source, index) => (
        <Source
          // The place in the list is what the row is.
          // eslint-disable-next-line react/no-array-index-key
          key={index}
          source={source}
          onChange={(next) => change(index, next)}
          onRemove={() => onChange(sources.filter((_, at) => at !== index))}
        />
      ))}
      <div>
        <Button size="compact-xs" variant="default" onClick={add}>
          {t('eurojust.addSource')}
        </Button>
      </div>
    </FieldGroup>
  );
}

interface SourceProps {
  readonly source: SourceForm;
  readonly onChange: (change: Partial<SourceForm>) => void;
  readonly onRemove: () => void;
}

function Source({ source, onChange, onRemove }: SourceProps) {
  const operation = useOperation();
  const own = useSession().agency.agencyId;
  const { codes, text } = source.handling;
  const providers = [
    ...new Set([
      own,
      ...(operation
        ? [operation.lead, operation.coordinator, ...operation.participants.map(({ agencyId }) => agencyId)]
        : []),
      source.provider,
    ]),
  ];
  return (
    <div className={classes.source}>
      <NativeSelect
        size="xs"
        label={t('column.kind')}
        value={source.kind}
        data={KINDS.map((value) => ({ value, label: t(`source.${value}`) }))}
        onChange={(event) =>
          onChange({ kind: KINDS.find((kind) => kind === event.currentTarget.value) ?? 'case' })
        }
      />
      <TextInput
        size="xs"
        label={t('icse.reference')}
        maxLength={120}
        value={source.id}
        onChange={(event) => onChange({ id: event.currentTarget.value })}
      />
      <NativeSelect
        size="xs"
        label={t('permission.provider')}
        value={source.provider}
        data={providers.map((id) => ({ value: id, label: agencyName(operation, id) }))}
        onChange={(event) => onChange({ provider: event.currentTarget.value })}
      />
      <div className={classes.codes}>
        {CODES.map((code) => (
          <Checkbox
            key={code}
            size="xs"
            label={code}
            checked={codes.includes(code)}
            onChange={(event) =>
              onChange({
                handling: {
                  codes: event.currentTarget.checked
                    ? [...codes, code]
                    : codes.filter((other) => other !== code),
                  text,
                },
              })
            }
          />
        ))}
      </div>
      <Button size="compact-xs" variant="subtle" onClick={onRemove}>
        {t('eurojust.removeSource')}
      </Button>
    </div>
  );
}
