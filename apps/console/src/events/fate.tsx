import type { ApiTypes } from '@hookline/edge';
import type { ReactNode } from 'react';
import { useText } from '../text/use-text.ts';
import { Badge, type BadgeTone, useAgo } from '../ui/shown.tsx';

type HookFate = ApiTypes['event']['fates'][number];

export const FATE_TONES: Readonly<Record<HookFate['fate'], BadgeTone>> = { delivered: 'good', in_flight: 'info', backlog: 'info', waiting: 'warn', holding: 'warn', dead: 'bad', cancelled: 'off', expired: 'bad', filtered: 'off', not_active: 'off' };

export function Fate({ fate }: { readonly fate: HookFate }): ReactNode {
  const t = useText();
  const ago = useAgo();
  return (
    <>
      <Badge tone={FATE_TONES[fate.fate]}>{t.fates[fate.fate]}</Badge>
      <span className="sub">{t.fateHelp[fate.fate]}{fate.fate === 'filtered' ? `: ${t.rules[fate.rule ?? ''] ?? fate.rule ?? ''}.` : ''} {fate.next_attempt_at ? t.hook.nextProbe(ago(fate.next_attempt_at)) : ''}</span>
      {fate.delivery_id === undefined ? null : <span className="sub mono">{fate.delivery_id}</span>}
    </>
  );
}
