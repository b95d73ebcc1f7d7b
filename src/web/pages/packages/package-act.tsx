import { Checkbox } from '@mantine/core';
import { useState } from 'react';
import { countryName } from '#core/countries.ts';
import type { PackageView } from '#packages/schemas.ts';
import { t } from '#web/messages/messages.ts';
import { ActButton } from '#web/parts/act-button.tsx';
import { Agency } from '#web/parts/agency.tsx';
import { Digest } from '#web/parts/digest.tsx';
import { Empty } from '#web/parts/empty.tsx';
import { Panel } from '#web/parts/panel.tsx';
import { Problem } from '#web/parts/problem.tsx';
import { Size } from '#web/parts/size.tsx';
import { count } from '#web/words/format.ts';
import classes from './package-act.module.css';
import { PackageLink } from './package-link.tsx';

interface Props {
  readonly title: string;
  readonly words: string;
  readonly act: string;
  readonly nothing: string;
  readonly packages: readonly PackageView[];
  /** Gets a copy of each package. */
  readonly coordinator?: string | undefined;
  readonly why: string | undefined;
  readonly pending: boolean;
  readonly error: unknown;
  readonly onAct: (packages: readonly PackageView[]) => void;
}

/** An act on packages with consequences: what it is about, in full, and then the one button. */
export function PackageAct(props: Props) {
  const { coordinator, pending } = props;
  // While the act runs the list stands still, though each package leaves it as it is done.
  const [held, setHeld] = useState<readonly PackageView[]>([]);
  const packages = pending ? held : props.packages;
  const [left, setLeft] = useState<readonly string[]>([]);
  if (packages.length === 0) return <Empty what={props.nothing} />;
  const byName = packages.toSorted((a, b) => countryName(a.country).localeCompare(countryName(b.country)));
  const chosen = packages.filter(({ packageId }) => !left.includes(packageId));
  const why = props.why ?? (chosen.length === 0 ? props.nothing : undefined);
  const toggle = (id: string) =>
    setLeft(left.includes(id) ? left.filter((other) => other !== id) : [...left, id]);
  return (
    <Panel title={props.title}>
      <div className={classes.act}>
        <p>{props.words}</p>
        <table className={classes.packages}>
          <thead>
            <tr>
              <th scope="col">{t('column.country')}</th>
              <th scope="col">{t('act.recipients')}</th>
              <th scope="col">{t('column.targets')}</th>
              <th scope="col">{t('column.size')}</th>
              <th scope="col">{t('column.digest')}</th>
              <th scope="col">{t('package.composedBy')}</th>
            </tr>
          </thead>
          <tbody>
            {byName.map((one) => (
              <tr key={one.packageId}>
                <td>
                  <Checkbox
                    size="xs"
                    checked={!left.includes(one.packageId)}
                    onChange={() => toggle(one.packageId)}
                    label={countryName(one.country)}
                  />
                </td>
                <td>
                  <Agency id={one.agencyId} />
                  {coordinator && coordinator !== one.agencyId && (
                    <>
                      , <Agency id={coordinator} />
                    </>
                  )}
                </td>
                <td>
                  <PackageLink packageId={one.packageId}>{count(one.targetCount)}</PackageLink>
                </td>
                <td>
                  <Size bytes={one.sizeBytes} />
                </td>
                <td>
                  <Digest value={one.digest} />
                </td>
                <td className="mono">{one.composedBy}</td>
              </tr>
            ))}
          </tbody>
        </table>
        {props.error !== null && <Problem error={props.error} title={t('problem.actTitle')} />}
        <div className={classes.end}>
          <ActButton
            why={why}
            loading={pending}
            onClick={() => {
              setHeld(packages);
              props.onAct(chosen);
            }}
          >
            {`${props.act} (${count(chosen.length)})`}
          </ActButton>
          {pending && (
            <p role="status" className="soft">
              {t('act.progress', { done: held.length - props.packages.length, count: chosen.length })}
            </p>
          )}
          {why && <p className="soft">{why}</p>}
        </div>
      </div>
    </Panel>
  );
}
