import { UnstyledButton, VisuallyHidden } from '@mantine/core';
import { countryName } from '#core/countries.ts';
import type { HostedNode } from '#web/api/nodes.ts';
import { t } from '#web/messages/messages.ts';
import classes from './desk-list.module.css';
import type { Seat } from './sit-down.ts';

/** One agency with its desks. */
export function DeskList({
  node,
  onChoose,
  compact = false,
}: {
  node: HostedNode;
  onChoose: (seat: Seat) => void;
  compact?: boolean;
}) {
  return (
    <article className={classes.agency} data-compact={compact || undefined}>
      <h3>{node.country ? countryName(node.country) : node.name}</h3>
      {!compact && node.country && <p className="soft">{node.name}</p>}
      <ul>
        {node.desks.map(({ officerId, name, roles }) => {
          const words = [...new Set(roles)].map((held) => t(`role.${held}`));
          const role = words.join(', ');
          return (
            <li key={officerId}>
              <UnstyledButton
                className={classes.desk}
                onClick={() => onChoose({ agencyId: node.agencyId, officerId })}
                title={t('exercise.sitDown', { officer: name, role })}
              >
                <span className={classes.role}>{words[0]}</span>
                {compact ? (
                  <VisuallyHidden>{name}</VisuallyHidden>
                ) : (
                  <span className="soft">{words.slice(1).join(', ') || name}</span>
                )}
              </UnstyledButton>
            </li>
          );
        })}
      </ul>
    </article>
  );
}
