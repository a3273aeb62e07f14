import { parseDate, today, type DateValue } from '@internationalized/date';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useSearch } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { Form } from 'react-aria-components';
import { call, idPath } from '../api/client.ts';
import { hooksQuery, sessionQuery } from '../api/queries.ts';
import { useText } from '../text/use-text.ts';
import { Button, Select, Switch, WholeNumberField } from '../ui/controls.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { describeError, Notice } from '../ui/shown.tsx';
import { DayField } from './day-field.tsx';
import { ExportsTable } from './exports-table.tsx';

const FIRST_DAY = parseDate('1970-01-01');
const LIMIT_MAX = 1_000_000;

export function ExportsScreen(): ReactNode {
  const t = useText();
  const { hook } = useSearch({ from: '/signed/exports' });
  const [asking, setAsking] = useState(hook !== undefined);
  const isMaster = useQuery(sessionQuery).data?.user.master ?? false;
  return (
    <>
      <div className="head"><h1 className="grow">{t.exports.title}</h1>{isMaster ? <Button tone="primary" onPress={() => setAsking(true)}>{t.exports.new}</Button> : null}</div>
      <p>{t.exports.intro}</p>
      <ExportsTable hookId={null} />
      {asking && isMaster ? <NewExport hookId={hook ?? null} onClose={() => setAsking(false)} /> : null}
    </>
  );
}

function NewExport({ hookId, onClose }: { readonly hookId: string | null; readonly onClose: () => void }): ReactNode {
  const t = useText();
  const queryClient = useQueryClient();
  const hooks = useQuery(hooksQuery).data?.data ?? [];
  const [chosen, setChosen] = useState(hookId);
  const hook = chosen ?? hooks[0]?.id ?? null;
  const yesterday = today('UTC').subtract({ days: 1 });
  const [from, setFrom] = useState<DateValue | null>(yesterday.subtract({ days: 6 }));
  const [to, setTo] = useState<DateValue | null>(yesterday);
  const [toNow, setToNow] = useState(false);
  const [limit, setLimit] = useState<number | undefined>(undefined);
  const start = useMutation({
    mutationFn: () => call('POST', `/v1/hooks/${idPath(hook ?? '')}/exports`, { from: String(from), to: toNow ? 'now' : String(to), ...(limit === undefined ? {} : { max_events_per_sec: limit }) }),
    async onSuccess() {
      await queryClient.invalidateQueries({ queryKey: ['exports'] });
      onClose();
    },
  });
  return (
    <Dialog title={t.exports.new} isOpen onClose={onClose}>
      {hook === null ? <><p>{t.exports.needsHook}</p><Link className="button primary" to="/hooks/new">{t.hooks.new}</Link></> : (
        <Form onSubmit={(event) => { event.preventDefault(); start.mutate(); }}>
          <Select label={t.exports.hook} value={hook} onChange={setChosen} options={hooks.map((one) => ({ id: one.id, label: one.name }))} />
          <span className="label">{t.exports.period}</span>
          <div className="two">
            <DayField label={t.exports.from} value={from} onChange={setFrom} min={FIRST_DAY} max={yesterday} />
            {toNow ? null : <DayField label={t.exports.to} value={to} onChange={setTo} min={from ?? FIRST_DAY} max={yesterday} />}
          </div>
          <Switch selected={toNow} onChange={setToNow}>{t.exports.toNow}</Switch>
          <WholeNumberField label={t.exports.limit} hint={t.exports.limitHelp} value={limit} onChange={setLimit} min={1} max={LIMIT_MAX} />
          {start.isError ? <Notice tone="bad">{describeError(t, start.error)}</Notice> : null}
          <div className="buttons end"><Button onPress={onClose}>{t.app.cancel}</Button><Button tone="primary" type="submit" isPending={start.isPending} isDisabled={from === null || (!toNow && to === null)}>{t.exports.start}</Button></div>
        </Form>
      )}
    </Dialog>
  );
}
