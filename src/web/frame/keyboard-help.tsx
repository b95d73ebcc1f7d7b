import { Modal } from '@mantine/core';
import { t } from '#web/messages/messages.ts';
import { CHAIN } from './chain.ts';
import classes from './keyboard-help.module.css';

/** Every key of the application on one card. */
export function KeyboardHelp({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  return (
    <Modal opened={opened} onClose={onClose} title={t('keyboard.title')} size={560}>
      <div className={classes.columns}>
        <div>
          <Keys
            title={t('keyboard.everywhere')}
            keys={[
              ['/', t('keyboard.search')],
              ['h', t('keyboard.history')],
              ['Esc', t('keyboard.leave')],
              ['?', t('keyboard.help')],
            ]}
          />
          <Keys
            title={t('keyboard.lists')}
            keys={[
              ['j', t('keyboard.next')],
              ['k', t('keyboard.previous')],
              ['Enter', t('keyboard.open')],
            ]}
          />
        </div>
        <Keys title={t('keyboard.goTo')} keys={CHAIN.map(({ letter, label }) => [`g ${letter}`, t(label)])} />
      </div>
    </Modal>
  );
}

function Keys({ title, keys }: { title: string; keys: readonly (readonly [string, string])[] }) {
  return (
    <section className={classes.group}>
      <h3>{title}</h3>
      <dl>
        {keys.map(([key, words]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{words}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
