import type { ReactNode } from 'react';
import { CheckboxGroup, Label, Checkbox as AriaCheckbox } from 'react-aria-components';
import { Check } from 'lucide-react';

export function ScopePicker({ label, scopes, chosen, onChange }: { readonly label: string; readonly scopes: readonly string[]; readonly chosen: readonly string[]; readonly onChange: (chosen: string[]) => void }): ReactNode {
  return (
    <CheckboxGroup className="field" value={[...chosen]} onChange={onChange}>
      <Label>{label}</Label>
      <div className="two">{scopes.map((scope) => <AriaCheckbox key={scope} value={scope} className="checkbox"><span className="box" aria-hidden><Check size={12} strokeWidth={3.5} /></span><code>{scope}</code></AriaCheckbox>)}</div>
    </CheckboxGroup>
  );
}
