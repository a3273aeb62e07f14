// The controls of the console: React Aria's behaviour with our looks. Screens use these and nothing of their own.
import { Check, ChevronDown, MoreHorizontal } from 'lucide-react';
import type { ReactNode } from 'react';
import {
  Button as AriaButton, type ButtonProps as AriaButtonProps, Checkbox as AriaCheckbox, FieldError, Input, Label, ListBox, ListBoxItem, Menu as AriaMenu, MenuItem, MenuTrigger, NumberField, Popover, Select as AriaSelect,
  SelectValue, Switch as AriaSwitch, Text, TextArea, TextField as AriaTextField,
} from 'react-aria-components';
import { useText } from '../text/use-text.ts';

export type Tone = 'primary' | 'plain' | 'danger' | 'quiet';

export function Button({ tone = 'plain', className, ...rest }: Omit<AriaButtonProps, 'className'> & { readonly tone?: Tone; readonly className?: string }): ReactNode {
  return <AriaButton {...rest} className={`button ${tone} ${className ?? ''}`} />;
}

interface FieldFrame {
  readonly label: string;
  readonly hint?: string | undefined;
  readonly error?: string | undefined;
}

interface TextFieldProps extends FieldFrame {
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly onBlur?: () => void;
  readonly type?: 'text' | 'password' | 'search' | 'url' | 'date';
  readonly placeholder?: string | undefined;
  readonly autoComplete?: string;
  readonly autoFocus?: boolean;
  readonly rows?: number;
  readonly required?: boolean;
  readonly mono?: boolean;
  readonly hideLabel?: boolean;
  readonly max?: string;
  readonly min?: string;
}

export function TextField({ label, hint, error, value, onChange, onBlur, type = 'text', placeholder, autoComplete = 'off', autoFocus, rows, required, mono, hideLabel, max, min }: TextFieldProps): ReactNode {
  return (
    <AriaTextField className="field" value={value} onChange={onChange} isInvalid={error !== undefined} type={type as 'text'} autoComplete={autoComplete} isRequired={required ?? false} validationBehavior="aria" {...(onBlur ? { onBlur } : {})} {...(autoFocus ? { autoFocus } : {})}>
      <Label className={hideLabel ? 'hidden' : 'label'}>{label}</Label>
      {rows === undefined ? <Input className={mono ? 'mono' : ''} {...(placeholder ? { placeholder } : {})} {...(max ? { max } : {})} {...(min ? { min } : {})} spellCheck={false} /> : <TextArea rows={rows} className={mono ? 'mono' : ''} {...(placeholder ? { placeholder } : {})} spellCheck={false} />}
      {hint === undefined ? null : <Text slot="description">{hint}</Text>}
      <FieldError>{error}</FieldError>
    </AriaTextField>
  );
}

export function WholeNumberField({ label, hint, error, value, onChange, min, max }: FieldFrame & { readonly value: number | undefined; readonly onChange: (value: number | undefined) => void; readonly min?: number; readonly max?: number }): ReactNode {
  return (
    <NumberField
      className="field" value={value ?? Number.NaN} onChange={(next) => onChange(Number.isNaN(next) ? undefined : next)} isInvalid={error !== undefined} validationBehavior="aria" formatOptions={{ maximumFractionDigits: 0, useGrouping: false }}
      {...(min === undefined ? {} : { minValue: min })} {...(max === undefined ? {} : { maxValue: max })}
    >
      <Label>{label}</Label>
      <Input />
      {hint === undefined ? null : <Text slot="description">{hint}</Text>}
      <FieldError>{error}</FieldError>
    </NumberField>
  );
}

export interface Option<K extends string> {
  readonly id: K;
  readonly label: string;
}

export function Select<K extends string>({ label, hint, error, value, onChange, options, hideLabel }: FieldFrame & { readonly value: K; readonly onChange: (value: K) => void; readonly options: readonly Option<K>[]; readonly hideLabel?: boolean }): ReactNode {
  return (
    <AriaSelect className="field" value={value} onChange={(next) => next !== null && onChange(next as K)} isInvalid={error !== undefined} validationBehavior="aria">
      <Label className={hideLabel ? 'hidden' : 'label'}>{label}</Label>
      <AriaButton className="button plain select"><SelectValue /><ChevronDown aria-hidden size={16} /></AriaButton>
      {hint === undefined ? null : <Text slot="description">{hint}</Text>}
      <FieldError>{error}</FieldError>
      <Popover className="popover">
        <ListBox className="list">{options.map((option) => <ListBoxItem className="option" key={option.id} id={option.id} textValue={option.label}>{option.label}</ListBoxItem>)}</ListBox>
      </Popover>
    </AriaSelect>
  );
}

export function Checkbox({ children, selected, onChange, indeterminate }: { readonly children: ReactNode; readonly selected: boolean; readonly onChange: (selected: boolean) => void; readonly indeterminate?: boolean }): ReactNode {
  return (
    <AriaCheckbox className="checkbox" isSelected={selected} onChange={onChange} isIndeterminate={indeterminate ?? false}>
      <span className="box" aria-hidden>{indeterminate ? <span className="dash" /> : <Check size={12} strokeWidth={3.5} />}</span>
      <span>{children}</span>
    </AriaCheckbox>
  );
}

export function Switch({ children, selected, onChange, hint, disabled }: { readonly children: ReactNode; readonly selected: boolean; readonly onChange: (selected: boolean) => void; readonly hint?: string; readonly disabled?: boolean }): ReactNode {
  return (
    <div className="field">
      <AriaSwitch className="switch" isSelected={selected} onChange={onChange} isDisabled={disabled ?? false}><span className="track" aria-hidden /><span>{children}</span></AriaSwitch>
      {hint === undefined ? null : <span className="hint">{hint}</span>}
    </div>
  );
}

export interface MenuAction {
  readonly id: string;
  readonly label: string;
  readonly onAction: () => void;
  readonly danger?: boolean;
}

export function ActionMenu({ label, actions }: { readonly label: string; readonly actions: readonly MenuAction[] }): ReactNode {
  return (
    <MenuTrigger>
      <Button tone="quiet" aria-label={label} className="icon"><MoreHorizontal aria-hidden size={18} /></Button>
      <Popover className="popover" placement="bottom end">
        <AriaMenu className="list" onAction={(id) => actions.find((action) => action.id === id)?.onAction()}>
          {actions.map((action) => <MenuItem className={`option${action.danger ? ' danger' : ''}`} key={action.id} id={action.id}>{action.label}</MenuItem>)}
        </AriaMenu>
      </Popover>
    </MenuTrigger>
  );
}

export function CopyButton({ text, label }: { readonly text: string; readonly label?: string }): ReactNode {
  const t = useText();
  return <Button tone="quiet" onPress={() => void navigator.clipboard?.writeText(text)}>{label ?? t.app.copy}</Button>;
}
