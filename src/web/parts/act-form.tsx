import { Button } from '@mantine/core';
import { type FormEvent, type ReactNode, useRef } from 'react';
import { t } from '#web/messages/messages.ts';
import classes from './act-form.module.css';
import { Panel } from './panel.tsx';
import { Problem } from './problem.tsx';

interface Props {
  readonly title: string;
  /** What the act does, and to whom. */
  readonly words?: ReactNode;
  /** The word on the button. */
  readonly act: string;
  /** Why it cannot be done now. */
  readonly why?: string | undefined;
  readonly pending: boolean;
  readonly error: unknown;
  /** What was done, once it is. */
  readonly done?: string | undefined;
  /** It cannot be undone, or somebody depends on it. */
  readonly grave?: boolean;
  /** Return false when something typed is wrong: the first wrong field is then focused. */
  readonly onAct: () => boolean | void;
  readonly children?: ReactNode;
}

/** An act with its consequences in words, what it needs to know, and its one button. What is typed stays until it is done. */
export function ActForm(props: Props) {
  const { why, grave = false } = props;
  const form = useRef<HTMLFormElement>(null);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (why !== undefined || props.onAct() !== false) return;
    requestAnimationFrame(() => form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus());
  };
  return (
    <Panel title={props.title}>
      <form ref={form} noValidate onSubmit={submit} className={classes.form}>
        {props.words && <div className={classes.words}>{props.words}</div>}
        {props.children && (
          <fieldset disabled={why !== undefined} className={`${classes.fields} no-print`}>
            {props.children}
          </fieldset>
        )}
        {Boolean(props.error) && <Problem error={props.error} title={t('problem.actTitle')} />}
        {props.done && (
          <p role="status" className={classes.done}>
            {props.done}
          </p>
        )}
        <div className={`${classes.end} no-print`}>
          <Button
            type="submit"
            loading={props.pending}
            disabled={why !== undefined}
            {...(grave && { color: 'red' })}
          >
            {props.act}
          </Button>
          {why && <span className="soft">{why}</span>}
        </div>
      </form>
    </Panel>
  );
}
