import { Plus, Trash2 } from 'lucide-react';
import type { ReactNode } from 'react';
import { Label, Radio, RadioGroup } from 'react-aria-components';
import { useText } from '../text/use-text.ts';
import { Button, TextField } from '../ui/controls.tsx';
import { FormNumber, FormSecret, FormSelect, FormSwitch, FormText } from './fields.tsx';
import { REQUEST_TYPES, type RequestType } from './hook-form.ts';
import { useProblem, useValue } from './use-hook-form.ts';

const SIGNING_BYTES = 24;

export function RequestBlock({ children }: { readonly children: ReactNode }): ReactNode {
  const t = useText();
  const [type, setType] = useValue('type');
  return (
    <section className="block" aria-labelledby="request">
      <h2 id="request">{t.editor.request}</h2>
      <RadioGroup orientation="horizontal" value={type} onChange={(next) => setType(next as RequestType)}>
        <Label>{t.editor.type}</Label>
        <div className="buttons">{REQUEST_TYPES.map((one) => <Radio key={one} value={one} className="radio">{t.editor.types[one]}</Radio>)}</div>
      </RadioGroup>
      {type === 'http' ? <Http /> : type === 'kafka' ? <Kafka /> : <Rabbitmq type={type} />}
      {children}
    </section>
  );
}

function Http(): ReactNode {
  const t = useText();
  const [auth] = useValue('authType');
  const [, setSigning] = useValue('signing');
  const makeSecret = (): void => {
    const bytes = crypto.getRandomValues(new Uint8Array(SIGNING_BYTES));
    setSigning({ text: `whsec_${btoa(String.fromCharCode(...bytes))}`, isSet: false });
  };
  return (
    <>
      <FormText name="url" label={t.editor.url} pointer="/request/url" placeholder="https://crm.example.com/events" required mono />
      <FormSelect name="authType" label={t.editor.auth} pointer="/request/auth/type" options={[{ id: 'none', label: t.editor.authNone }, { id: 'basic', label: t.editor.authBasic }, { id: 'bearer', label: t.editor.authBearer }, { id: 'oauth2', label: t.editor.authOauth }]} />
      {auth === 'basic' ? <div className="two"><FormText name="authName" label={t.editor.username} pointer="/request/auth/username" /><FormSecret name="authSecret" label={t.editor.password} pointer="/request/auth/password" /></div> : null}
      {auth === 'bearer' ? <FormSecret name="authSecret" label={t.editor.token} pointer="/request/auth/token" /> : null}
      {auth === 'oauth2' ? (
        <div className="two">
          <FormText name="tokenUrl" label={t.editor.tokenUrl} pointer="/request/auth/token_url" mono /><FormText name="authName" label={t.editor.clientId} pointer="/request/auth/client_id" /><FormSecret name="authSecret" label={t.editor.clientSecret} pointer="/request/auth/client_secret" /><FormText name="scope" label={t.editor.scope} pointer="/request/auth/scope" />
        </div>
      ) : null}
      <details>
        <summary>{t.editor.advanced}</summary>
        <div className="form">
          <div className="two">
            <FormNumber name="batch" label={t.editor.batch} pointer="/request/max_batch_size" min={1} max={1000} /><FormNumber name="window" label={t.editor.window} pointer="/request/timeout_sec" min={1} max={300} /><FormNumber name="deadline" label={t.editor.deadline} pointer="/request/request_timeout_sec" min={1} max={120} />
            <FormSelect name="successStatus" label={t.editor.successStatus} pointer="/request/success_status" options={[{ id: '2xx', label: t.editor.status2xx }, { id: '200', label: t.editor.status200 }]} />
          </div>
          <FormText name="pattern" label={t.editor.pattern} pointer="/request/success_pattern" hint={t.editor.patternHelp} mono />
          <FormSecret name="signing" label={t.editor.signing} pointer="/request/signing_secret" hint={t.editor.signingHelp} />
          <div><Button onPress={makeSecret}>{t.editor.makeSecret}</Button></div>
          <Headers />
        </div>
      </details>
    </>
  );
}

function Headers(): ReactNode {
  const t = useText();
  const [headers, setHeaders] = useValue('headers');
  const problem = useProblem('/request/headers');
  const change = (index: number, header: (typeof headers)[number]): void => setHeaders(headers.map((other, at) => (at === index ? header : other)));
  return (
    <fieldset className="plain">
      <legend>{t.editor.headers}</legend>
      {problem === undefined ? null : <span className="error" role="alert">{problem}</span>}
      {headers.map((header, index) => (
        // Rows have no identity but their place.
        // biome-ignore lint/suspicious/noArrayIndexKey: see above
        <div className="pair" key={index}>
          <TextField label={t.editor.headerName} hideLabel={index > 0} value={header.key} onChange={(key) => change(index, { ...header, key })} mono />
          <TextField label={t.editor.headerValue} hideLabel={index > 0} type="password" autoComplete="new-password" value={header.value.text} placeholder={header.value.isSet ? t.editor.isSet : undefined} onChange={(text) => change(index, { ...header, value: { ...header.value, text } })} />
          <Button tone="quiet" className="icon" aria-label={`${t.app.remove}: ${header.key}`} onPress={() => setHeaders(headers.filter((_, at) => at !== index))}><Trash2 aria-hidden size={16} /></Button>
        </div>
      ))}
      <div><Button onPress={() => setHeaders([...headers, { key: '', value: { text: '', isSet: false } }])}><Plus aria-hidden size={16} />{t.editor.addHeader}</Button></div>
    </fieldset>
  );
}

function Rabbitmq({ type }: { readonly type: 'rabbitmq_queue' | 'rabbitmq_exchange' }): ReactNode {
  const t = useText();
  return (
    <>
      <div className="two">
        <FormText name="host" label={t.editor.host} pointer="/request/host" required mono /><FormNumber name="port" label={t.editor.port} pointer="/request/port" min={1} max={65535} /><FormText name="username" label={t.editor.username} pointer="/request/username" required /><FormSecret name="password" label={t.editor.password} pointer="/request/password" />
        <FormText name="vhost" label={t.editor.vhost} pointer="/request/vhost" mono />
        {type === 'rabbitmq_queue' ? <FormText name="queue" label={t.editor.queue} pointer="/request/queue" required mono /> : <FormText name="exchange" label={t.editor.exchange} pointer="/request/exchange" required mono />}
      </div>
      {type === 'rabbitmq_exchange' ? (
        <>
          <FormSelect name="exchangeType" label={t.editor.exchangeType} pointer="/request/exchange_type" options={[{ id: 'topic', label: 'topic' }, { id: 'direct', label: 'direct' }]} />
          <FormSwitch name="durable" label={t.editor.durable} /><FormSwitch name="autoDelete" label={t.editor.autoDelete} /><FormSwitch name="requireRoute" label={t.editor.requireRoute} />
        </>
      ) : null}
      <FormSwitch name="tls" label={t.editor.tls} />
    </>
  );
}

function Kafka(): ReactNode {
  const t = useText();
  const [sasl] = useValue('sasl');
  return (
    <>
      <FormText name="brokers" label={t.editor.brokers} pointer="/request/brokers" rows={2} placeholder="broker-1.example.com:9092" required mono />
      <div className="two">
        <FormText name="topic" label={t.editor.topic} pointer="/request/topic" required mono />
        <FormSelect name="key" label={t.editor.key} pointer="/request/key" options={[{ id: 'profile_id', label: t.editor.keyProfile }, { id: 'routing_key', label: t.editor.keyRouting }]} />
        <FormSelect name="sasl" label={t.editor.sasl} pointer="/request/sasl/mechanism" options={[{ id: 'none', label: t.editor.saslNone }, { id: 'plain', label: 'PLAIN' }, { id: 'scram-sha-256', label: 'SCRAM-SHA-256' }, { id: 'scram-sha-512', label: 'SCRAM-SHA-512' }]} />
      </div>
      {sasl === 'none' ? null : <div className="two"><FormText name="username" label={t.editor.username} pointer="/request/sasl/username" /><FormSecret name="password" label={t.editor.password} pointer="/request/sasl/password" /></div>}
      <FormSwitch name="tls" label={t.editor.tls} />
    </>
  );
}
