import { afterEach, expect, it } from 'vitest';
import { ServiceMissing, foreignControl } from '../service.ts';
import { openServiceDesk } from './shared-services.ts';
import type { ServiceDesk } from './shared-services.ts';

let desk: ServiceDesk;
afterEach(() => desk.close());

const ask = async (name: string): Promise<unknown> => (await fetch(`${desk.url}/${name}`)).json();
const absent = (): Promise<never> => Promise.reject(new ServiceMissing('kafka', 'no Java', 'get Java'));

it('starts a service at the first question, once, and stops it at the end', async () => {
  const calls: string[] = [];
  const rabbitmq = async () => {
    calls.push('start');
    return { ...foreignControl('nothing'), url: 'amqp://there', stop: async () => void calls.push('stop') };
  };
  desk = await openServiceDesk({ rabbitmq, kafka: absent, sqld: absent });
  expect(calls).toEqual([]);
  const answers = await Promise.all([ask('rabbitmq'), ask('rabbitmq')]);
  expect(answers).toEqual([{ addresses: { url: 'amqp://there' } }, { addresses: { url: 'amqp://there' } }]);
  await desk.close();
  expect(calls).toEqual(['start', 'stop']);
});

it('says why a service is missing and what brings it', async () => {
  desk = await openServiceDesk({ rabbitmq: absent, kafka: absent, sqld: () => Promise.reject(new Error('its port is taken')) });
  expect(await ask('kafka')).toEqual({ missing: { reason: 'no Java', command: 'get Java' } });
  expect(await ask('sqld')).toEqual({ failed: 'Error: its port is taken' });
  expect(await ask('toString')).toEqual({ failed: 'there is no service toString' });
});
