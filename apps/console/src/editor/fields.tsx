// The controls of the editor: each bound to one value of the form and to the problem at its pointer.
import type { ReactNode } from 'react';
import { useText } from '../text/use-text.ts';
import { Select, Switch, TextField, WholeNumberField, type Option } from '../ui/controls.tsx';
import type { HookForm } from './hook-form.ts';
import { useProblem, useValue } from './use-hook-form.ts';

type Named<T> = { [K in keyof HookForm]: HookForm[K] extends T ? (T extends HookForm[K] ? K : HookForm[K] extends string ? K : never) : never }[keyof HookForm];
type TextName = Exclude<{ [K in keyof HookForm]: HookForm[K] extends string ? K : never }[keyof HookForm], undefined>;
type NumberName = 'batch' | 'window' | 'deadline' | 'port';
type FlagName = Named<boolean>;
type SecretName = 'authSecret' | 'signing' | 'password';

export function FormText({ name, label, pointer, ...rest }: { readonly name: TextName; readonly label: string; readonly pointer: string; readonly hint?: string; readonly placeholder?: string; readonly rows?: number; readonly mono?: boolean; readonly required?: boolean; readonly autoFocus?: boolean }): ReactNode {
  const [value, setValue] = useValue(name);
  return <TextField label={label} value={value as string} onChange={(next) => setValue(next as never)} error={useProblem(pointer)} {...rest} />;
}

export function FormNumber({ name, label, pointer, min, max }: { readonly name: NumberName; readonly label: string; readonly pointer: string; readonly min: number; readonly max: number }): ReactNode {
  const [value, setValue] = useValue(name);
  return <WholeNumberField label={label} value={value} onChange={setValue} error={useProblem(pointer)} min={min} max={max} />;
}

export function FormSwitch({ name, label, hint }: { readonly name: FlagName; readonly label: string; readonly hint?: string }): ReactNode {
  const [value, setValue] = useValue(name);
  return <Switch selected={value as boolean} onChange={(next) => setValue(next as never)} {...(hint === undefined ? {} : { hint })}>{label}</Switch>;
}

export function FormSelect<K extends string>({ name, label, pointer, options }: { readonly name: TextName; readonly label: string; readonly pointer: string; readonly options: readonly Option<K>[] }): ReactNode {
  const [value, setValue] = useValue(name);
  return <Select label={label} value={value as K} onChange={(next) => setValue(next as never)} options={options} error={useProblem(pointer)} />;
}

export function FormSecret({ name, label, pointer, hint }: { readonly name: SecretName; readonly label: string; readonly pointer: string; readonly hint?: string }): ReactNode {
  const t = useText();
  const [value, setValue] = useValue(name);
  return <TextField label={label} type="password" autoComplete="new-password" value={value.text} onChange={(text) => setValue({ ...value, text })} placeholder={value.isSet ? t.editor.isSet : undefined} error={useProblem(pointer)} hint={hint} />;
}
