import { Modal } from '@mantine/core';
import { t } from '#web/messages/messages.ts';
import { CHAIN } from './chain.ts';
import classes from './keyboard-help.module.css';

/** Every key of the application on one card. */
export function KeyboardHelp({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  return (
    <Modal opened={opened} onClose={onClose} title={t('keys.title')} size={560}>
      <div className={classes.columns}>
        <div>
          <Keys
            title={t('keys.everywhere')}
            keys={[
              ['/', t('keys.search')],
              ['h', t('keys.history')],
              ['Esc', t('keys.leave')],
              ['?', t('keys.help')],
            ]}
          />
          <Keys
            title={t('keys.lists')}
            keys={[
              ['j', t('keys.next')],
              ['k', t('keys.previous')],
              ['Enter', t('keys.open')],
            ]}
          />
        </div>
        <Keys title={t('keys.goTo')} keys={CHAIN.map(({ letter, label }) => [`g ${letter}`, t(label)])} />
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
