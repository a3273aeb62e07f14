// Where hooks deliver to: each name gets a destination of its own, and a sink of ours behind it.
import { createTopic } from '@hookline/services';
import { EVENT_TYPES } from '../model/event-types.ts';
import type { HookConfig } from '../model/hook-config.ts';
import type { OracleEvent } from '../model/make-event.ts';
import { DATABASES } from '../model/world.ts';
import type { Envelope } from '../sinks/broker-message.ts';
import { routingKeyOf } from '../sinks/broker-message.ts';
import type { BrokerSink, RecordMessage } from '../sinks/broker-sink.ts';
import { startAmqpSink } from '../sinks/amqp-sink.ts';
import type { HttpSink } from '../sinks/http-sink.ts';
import { startKafkaSink } from '../sinks/kafka-sink.ts';

export interface Brokers {
  /** amqp://user:password@host:port */
  readonly rabbitmq?: string | undefined;
  /** host:port */
  readonly kafka?: string | undefined;
}

export interface HttpOptions {
  readonly max_batch_size?: number;
  readonly timeout_sec?: number;
  readonly request_timeout_sec?: number;
  readonly success_pattern?: string;
}

/** The `request` of a hook; `name` is the hook's. */
export interface Destinations {
  http(name: string, options?: HttpOptions): HookConfig['request'];
  rabbitmqQueue(name: string): HookConfig['request'];
  rabbitmqExchange(name: string, type?: 'direct' | 'topic'): HookConfig['request'];
  kafka(name: string, key?: 'profile_id' | 'routing_key'): HookConfig['request'];
}

export type Expected = Readonly<Partial<Record<keyof Envelope, unknown>>>;

/** A broker's sink that is to be opened before its hook is made. */
export interface WantedSink {
  readonly hook: string;
  expected(event: OracleEvent): Expected;
  open(record: RecordMessage): Promise<BrokerSink>;
}

const PARTITIONS = 3;
/** A direct exchange knows no patterns: its queue is bound by every key that an event of ours can have. */
const DIRECT_KEYS = [0, ...DATABASES].flatMap((database) => EVENT_TYPES.map((type) => `${database}.${type}`));

/** `run` keeps names of one run apart from those of others on the same broker. */
export function createDestinations(http: HttpSink, brokers: Brokers, run: string): { readonly at: Destinations; readonly wanted: readonly WantedSink[] } {
  const wanted: WantedSink[] = [];
  const rabbitmq = (): { readonly url: string; readonly login: object } => {
    const url = required(brokers.rabbitmq, 'RabbitMQ');
    const { hostname, port, username, password } = new URL(url);
    return { url, login: { host: hostname, port: Number(port), username, password } };
  };
  const published = { contentType: 'application/json', deliveryMode: 2 };
  const at: Destinations = {
    http: (name, options = {}) => ({ type: 'http', url: http.url(name), timeout_sec: 1, ...options }),
    rabbitmqQueue(name) {
      const { url, login } = rabbitmq();
      const queue = `${run}-${name}`;
      wanted.push({ hook: name, expected: () => ({ ...published, routingKey: queue }), open: (record) => startAmqpSink({ url, queue }, record) });
      return { type: 'rabbitmq_queue', ...login, queue };
    },
    rabbitmqExchange(name, type = 'topic') {
      const { url, login } = rabbitmq();
      const exchange = `${run}-${name}-x`;
      const patterns = type === 'topic' ? ['#'] : DIRECT_KEYS;
      wanted.push({ hook: name, expected: (event) => ({ ...published, routingKey: routingKeyOf(event) }), open: (record) => startAmqpSink({ url, queue: `${run}-${name}`, exchange: { name: exchange, type, patterns } }, record) });
      return { type: 'rabbitmq_exchange', ...login, exchange, exchange_type: type };
    },
    kafka(name, key = 'profile_id') {
      const broker = required(brokers.kafka, 'Kafka');
      const topic = `${run}-${name}`;
      wanted.push({
        hook: name,
        expected: (event) => ({ key: (key === 'profile_id' ? event.profileId : null) ?? routingKeyOf(event) }),
        async open(record) {
          await createTopic(broker, topic, { partitions: PARTITIONS });
          return startKafkaSink({ broker, topic, partitions: PARTITIONS }, record);
        },
      });
      return { type: 'kafka', brokers: [broker], topic, key };
    },
  };
  return { at, wanted };
}

function required(address: string | undefined, broker: string): string {
  if (address === undefined) throw new Error(`this run has no ${broker}`);
  return address;
}
