import { TextInput } from '@mantine/core';
import { useState } from 'react';
import type { Role } from '#access/policy.ts';
import { countryName } from '#core/countries.ts';
import type { HostedNode } from '#web/api/nodes.ts';
import { t } from '#web/messages/messages.ts';
import { Problem } from '#web/parts/problem.tsx';
import classes from './desk-chooser.module.css';
import { DeskList } from './desk-list.tsx';
import { useSitDown } from './sit-down.ts';

/** Lead and coordinator first, then the participating agencies by country. */
export function DeskChooser({ nodes }: { nodes: readonly HostedNode[] }) {
  const [find, setFind] = useState('');
  const sitDown = useSitDown();
  const has = (node: HostedNode, role: Role) => node.desks.some(({ roles }) => roles.includes(role));
  const main = nodes.filter((node) => has(node, 'lead-analyst') || has(node, 'coordinator'));
  const others = nodes
    .filter((node) => !main.includes(node))
    .filter((node) =>
      `${nameOf(node)} ${node.name}`.toLocaleLowerCase().includes(find.trim().toLocaleLowerCase()),
    )
    .toSorted(
      (a, b) => Number(a.country === null) - Number(b.country === null) || nameOf(a).localeCompare(nameOf(b)),
    );
  return (
    <section aria-labelledby="desks">
      <h2 id="desks">{t('exercise.desks')}</h2>
      {sitDown.isError && <Problem error={sitDown.error} />}
      {main.length === 0 && <p className="soft">{t('exercise.noDesks')}</p>}
      <div className={classes.main}>
        {main.map((node) => (
          <DeskList key={node.agencyId} node={node} onChoose={sitDown.mutate} />
        ))}
      </div>
      <div className={classes.head}>
        <h2>{t('exercise.participants')}</h2>
        <TextInput
          size="xs"
          value={find}
          onChange={(event) => setFind(event.currentTarget.value)}
          placeholder={t('exercise.findAgency')}
          aria-label={t('exercise.findAgency')}
        />
      </div>
      <div className={classes.others}>
        {others.map((node) => (
          <DeskList key={node.agencyId} node={node} onChoose={sitDown.mutate} compact />
        ))}
      </div>
    </section>
  );
}

function nameOf({ country, name }: HostedNode): string {
  return country === null ? name : countryName(country);
}
