import type { ApiTypes } from '@hookline/edge';
import type { ReactNode } from 'react';
import { useText } from '../text/use-text.ts';
import { Badge } from '../ui/shown.tsx';

export function StateBadge({ hook, lane }: { readonly hook: ApiTypes['hook']; readonly lane: ApiTypes['lane'] | undefined }): ReactNode {
  const t = useText();
  if (hook.stopped_reason !== null) return <Badge tone="bad">{hook.stopped_reason === 'gone' ? t.states.gone : hook.stopped_reason}</Badge>;
  if (hook.state === 'inactive') return <Badge tone="off">{t.states.inactive}</Badge>;
  if (hook.state === 'activating') return <Badge tone="info">{t.states.activating}</Badge>;
  if (lane?.state === 'holding') return <Badge tone="warn">{t.states.holding}</Badge>;
  return <Badge tone="good">{t.states.active}</Badge>;
}
