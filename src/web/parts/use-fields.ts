/** The fields of a form: what is typed, and what is wrong with it once it was to be sent. */
import { useState } from 'react';

export type Wrong<Form> = { readonly [Field in keyof Form]?: string | undefined };
type TextNames<Form> = { [Name in keyof Form]: Form[Name] extends string ? Name : never }[keyof Form];

interface Change {
  readonly currentTarget: { readonly value: string };
}

export function useFields<Form extends object>(initial: Form, check: (form: Form) => Wrong<Form>) {
  const [form, setForm] = useState(initial);
  const [asked, setAsked] = useState(false);
  const wrong: Wrong<Form> = asked ? check(form) : {};
  const set = (change: Partial<Form>) => setForm((old) => ({ ...old, ...change }));
  return {
    form,
    wrong,
    set,
    /** What a text input, a text area or a native select takes. */
    text: (name: TextNames<Form>) => ({
      value: form[name] as string,
      error: wrong[name],
      onChange: (event: Change) => set({ [name]: event.currentTarget.value } as Partial<Form>),
    }),
    /** Is everything as it must be? From now on faults stand beside their fields. */
    ready: (): boolean => {
      setAsked(true);
      return Object.values(check(form)).every((fault) => fault === undefined);
    },
    /** Begins anew. */
    reset: (next: Form = initial) => {
      setForm(next);
      setAsked(false);
    },
  };
}
