import type { ApiTypes } from '@hookline/edge';
import { useQuery } from '@tanstack/react-query';
import { Check, CircleDashed, X } from 'lucide-react';
import { type ReactNode, useEffect, useState } from 'react';
import { Form } from 'react-aria-components';
import { ApiError } from '../api/client.ts';
import { eventQuery } from '../api/queries.ts';
import { FATE_TONES, Fate } from '../events/fate.tsx';
import { FoundEvents } from '../events/found-events.tsx';
import { useText } from '../text/use-text.ts';
import { Button, TextField } from '../ui/controls.tsx';
import { Badge, Failed, Json, Loading, Time } from '../ui/shown.tsx';

type Event = ApiTypes['event'];
type HookFate = Event['fates'][number];

const LOOK_AGAIN_MS = 3_000;

/** *Why did I not get it*: an event's way to this hook, by its id, or by the profile it is about. What was asked for stands in the address, so that it can be passed on. */
export function Why({ hookId, asked, onAsk }: { readonly hookId: string; readonly asked: string; readonly onAsk: (asked: string) => void }): ReactNode {
  const t = useText();
  const [typed, setTyped] = useState(asked);
  useEffect(() => setTyped(asked), [asked]);
  return (
    <>
      <p className="hint">{t.hook.whyIntro}</p>
      <Form className="card" onSubmit={(event) => { event.preventDefault(); onAsk(typed.trim()); }}>
        <div className="tools"><TextField label={t.hook.whyLabel} value={typed} onChange={setTyped} mono /><Button tone="primary" type="submit">{t.hook.whyFind}</Button></div>
      </Form>
      {asked === '' ? null : <Answer key={asked} hookId={hookId} asked={asked} onAsk={onAsk} />}
    </>
  );
}

function Answer({ hookId, asked, onAsk }: { readonly hookId: string; readonly asked: string; readonly onAsk: (asked: string) => void }): ReactNode {
  const t = useText();
  const event = useQuery({ ...eventQuery(asked), refetchInterval: ({ state }) => (state.status === 'error' ? false : LOOK_AGAIN_MS) });
  const isNoEvent = event.error instanceof ApiError && [404, 422].includes(event.error.status);
  if (event.data !== undefined) return <Path event={event.data} fate={event.data.fates.find((one) => one.hook_id === hookId)} />;
  if (event.isError && !isNoEvent) return <Failed error={event.error} onRetry={() => void event.refetch()} />;
  if (!isNoEvent) return <Loading />;
  return (
    <section aria-labelledby="of-profile">
      <h2 id="of-profile">{t.hook.whyProfile(asked)}</h2>
      <p className="hint">{t.hook.whyProfileHint}</p>
      <FoundEvents
        query={new URLSearchParams({ profile_id: asked }).toString()} follow={null} onOpen={(found) => onAsk(found.event_id)}
        more={{ id: 'fate', title: t.hook.whyHook, cell: (found) => <FateBadge hookId={hookId} eventId={found.event_id} /> }}
      />
    </section>
  );
}

function FateBadge({ hookId, eventId }: { readonly hookId: string; readonly eventId: string }): ReactNode {
  const t = useText();
  const fate = useQuery(eventQuery(eventId)).data?.fates.find((one) => one.hook_id === hookId);
  return fate === undefined ? '…' : <Badge tone={FATE_TONES[fate.fate]}>{t.fates[fate.fate]}</Badge>;
}

const REFUSED = new Set<HookFate['fate']>(['dead', 'cancelled', 'expired']);

/** Step by step: accepted, the hook was active, its settings asked for it, and what became of it. The first step that was not passed is the answer. */
function Path({ event, fate = { hook_id: '', fate: 'not_active' } }: { readonly event: Event; readonly fate: HookFate | undefined }): ReactNode {
  const t = useText();
  const wasActive = fate.fate !== 'not_active';
  const matched = wasActive && fate.fate !== 'filtered';
  return (
    <>
      <section className="card" aria-labelledby="path">
        <h2 id="path">{t.hook.whyPath}</h2>
        <ol className="path">
          <Step state="passed" title={t.hook.stepAccepted}><Time at={event.accepted_at} /> <span className="mono">{event.event_id}</span></Step>
          <Step state={wasActive ? 'passed' : 'stopped'} title={t.hook.stepActive}>{wasActive ? null : t.fateHelp.not_active}</Step>
          <Step state={matched ? 'passed' : wasActive ? 'stopped' : 'open'} title={t.hook.stepMatched}>{fate.fate === 'filtered' ? `${t.fateHelp.filtered}: ${t.rules[fate.rule ?? ''] ?? fate.rule ?? ''}.` : null}</Step>
          <Step state={!matched ? 'open' : fate.fate === 'delivered' ? 'passed' : REFUSED.has(fate.fate) ? 'stopped' : 'open'} title={t.hook.stepDelivered}>{matched ? <Fate fate={fate} /> : null}</Step>
        </ol>
      </section>
      <section className="card" aria-labelledby="event"><h2 id="event">{t.events.event}</h2><Json label={t.events.event} value={event.event} /></section>
    </>
  );
}

const ICONS = { passed: Check, stopped: X, open: CircleDashed } as const;

function Step({ state, title, children }: { readonly state: keyof typeof ICONS; readonly title: string; readonly children: ReactNode }): ReactNode {
  const t = useText();
  const Icon = ICONS[state];
  return <li className={state}><Icon aria-hidden size={18} /><div><b>{title}</b> <span className="hidden">({t.hook.steps[state]})</span>{children === null ? null : <div className="sub">{children}</div>}</div></li>;
}
