import { Modal, TextInput } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { type KeyboardEvent, useState } from 'react';
import { useBoard } from '#web/api/board.ts';
import { useAgency, useOperation } from '#web/api/operation.ts';
import { useSession } from '#web/api/session.ts';
import { t } from '#web/messages/messages.ts';
import { chainOf } from './chain.ts';
import { destinations } from './destinations.ts';
import classes from './go-to.module.css';

/** Search: type part of a name, choose with the arrows, go with Enter. */
export function GoTo({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  return (
    <Modal opened={opened} onClose={onClose} title={t('search.title')} size={560}>
      {opened && <Finder onDone={onClose} />}
    </Modal>
  );
}

function Finder({ onDone }: { onDone: () => void }) {
  const [text, setText] = useState('');
  const [chosen, setChosen] = useState(0);
  const agency = useAgency();
  const session = useSession();
  const operation = useOperation();
  const countries = useBoard().data?.countries ?? [];
  const navigate = useNavigate();
  const found = destinations(text, countries, chainOf(session, operation));
  const at = Math.min(chosen, Math.max(0, found.length - 1));
  const go = (index: number) => {
    const place = found[index];
    if (!place) return;
    onDone();
    void navigate({ to: place.to, params: { agency }, search: place.search });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined) setChosen(Math.max(0, Math.min(found.length - 1, at + step)));
    else if (event.key === 'Enter') go(at);
    else return;
    event.preventDefault();
  };
  return (
    <>
      <TextInput
        data-autofocus
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        onKeyDown={onKeyDown}
        placeholder={t('search.placeholder')}
        aria-label={t('search.title')}
        role="combobox"
        aria-expanded
        aria-controls="found"
        aria-activedescendant={found.length > 0 ? `found-${at}` : undefined}
      />
      <div id="found" role="listbox" aria-label={t('search.title')} className={classes.found}>
        {found.map((place, index) => (
          <div
            key={place.label}
            id={`found-${index}`}
            role="option"
            tabIndex={-1}
            aria-selected={index === at}
            className={classes.place}
            onClick={() => go(index)}
            onMouseMove={() => setChosen(index)}
          >
            <span>{place.label}</span>
            <span className="soft">{place.kind}</span>
          </div>
        ))}
      </div>
      {found.length === 0 && <p className="soft">{t('search.nothing')}</p>}
    </>
  );
}
