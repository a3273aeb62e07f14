import { z } from 'zod';
import { PORT_MAX } from '../address/destination-port.ts';
import { issueParams } from '../problem/problems-of-zod.ts';
import { passwordSchema } from './secret-schema.ts';
import { textSchema } from './text-schema.ts';

/** AMQP 0-9-1 `short-str`. */
const AMQP_NAME_BYTES_MAX = 255;
export const AMQP_PORT_DEFAULT = 5_672;
/** DNS names end at 253; room for an address in brackets. */
const HOST_CHARS_MAX = 255;
const USERNAME_BYTES_MAX = 1_024;
export const BROKER_COUNT_MAX = 50;
const BROKER_CHARS_MAX = HOST_CHARS_MAX + 6;

/** The broker keeps `amq.` to itself, and nobody can declare or delete the exchange without a name. */
const amqpName = textSchema({ bytesMax: AMQP_NAME_BYTES_MAX }).refine((name) => !name.startsWith('amq.'), issueParams('name_reserved', 'Names that begin with "amq." belong to the broker.'));

const rabbitmqConnection = {
  host: textSchema({ charsMax: HOST_CHARS_MAX }),
  port: z.int().min(1).max(PORT_MAX).default(AMQP_PORT_DEFAULT),
  username: textSchema({ bytesMax: USERNAME_BYTES_MAX }),
  password: passwordSchema,
  vhost: textSchema({ bytesMax: AMQP_NAME_BYTES_MAX }).default('/'),
  tls: z.boolean().default(false),
};

export const rabbitmqQueueRequestSchema = z
  .strictObject({ type: z.literal('rabbitmq_queue'), ...rabbitmqConnection, queue: amqpName })
  .meta({ description: 'A message per event to one RabbitMQ queue.' });

export const rabbitmqExchangeRequestSchema = z
  .strictObject({
    type: z.literal('rabbitmq_exchange'),
    ...rabbitmqConnection,
    exchange: amqpName,
    exchange_type: z.enum(['direct', 'topic']),
    durable: z.boolean().default(true),
    auto_delete: z.boolean().default(false),
    require_route: z.boolean().default(true).meta({ description: 'An unroutable message is a failure.' }),
  })
  .meta({ description: 'A message per event through a RabbitMQ exchange that is declared with these flags; routing key <db_id>.<event_type>.' });

const saslSchema = z.strictObject({
  mechanism: z.enum(['plain', 'scram-sha-256', 'scram-sha-512']),
  username: textSchema({ bytesMax: USERNAME_BYTES_MAX }),
  password: passwordSchema,
});

export const kafkaRequestSchema = z
  .strictObject({
    type: z.literal('kafka'),
    brokers: z.array(z.string().min(1).max(BROKER_CHARS_MAX)).min(1).max(BROKER_COUNT_MAX).meta({ description: 'host:port each.' }),
    topic: z
      .string()
      .refine((topic) => /^[a-zA-Z0-9._-]{1,249}$/.test(topic) && topic !== '.' && topic !== '..', issueParams('topic_invalid', 'Must be 1 to 249 of [a-zA-Z0-9._-], not "." and "..".'))
      .meta({ pattern: '^[a-zA-Z0-9._-]{1,249}$' }),
    tls: z.boolean().default(false),
    sasl: saslSchema.nullish(),
    key: z.enum(['profile_id', 'routing_key']).default('profile_id').meta({ description: 'profile_id falls back to the routing key.' }),
  })
  .meta({ description: 'A record per event to one Kafka topic.' });

export type RabbitmqRequestInput = z.output<typeof rabbitmqQueueRequestSchema> | z.output<typeof rabbitmqExchangeRequestSchema>;
export type KafkaRequestInput = z.output<typeof kafkaRequestSchema>;
