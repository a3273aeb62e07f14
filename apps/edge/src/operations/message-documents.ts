import { type JsonSchema, messageJsonSchema } from '@hookline/core';

// What destinations receive, for tools: a JSON Schema of the message and an AsyncAPI document of the four ways it comes. Both are made of what the door checks
// (`messageJsonSchema`); a test compares the headers with what the transports send.

const MESSAGE_SCHEMA_PATH = '/schemas/message.json';

export function messageSchemaDocument(): JsonSchema {
  const { message, definitions } = messageJsonSchema();
  return { $schema: 'https://json-schema.org/draft/2020-12/schema', $id: MESSAGE_SCHEMA_PATH, ...message, $defs: definitions };
}

const text = (description: string): JsonSchema => ({ type: 'string', description });

const REDRIVE = { 'hookline-redrive': text('Where an operator sent dead events again: 1, 2, …') };
/** `api.md` 8. */
const HTTP_HEADERS: Readonly<Record<string, JsonSchema>> = {
  'content-type': { const: 'application/json' },
  'user-agent': text('Hookline/<version>.'),
  'webhook-id': text("The delivery's id: the same on every attempt, also after a crash, and never with another body."),
  'webhook-timestamp': text('Of the attempt, unix seconds.'),
  'webhook-signature': text('Standard Webhooks, where the hook has a signing secret. For a day after a rotation there are two.'),
  'hookline-hook-id': text("The hook's id."),
  'hookline-attempt': text('1 and up; no number comes twice with one webhook-id.'),
  'hookline-revision': text('Where what the body is made of has changed since the first attempt.'),
  ...REDRIVE,
  'hookline-export-id': text('Of a historical export.'),
};
const AMQP_HEADERS: Readonly<Record<string, JsonSchema>> = { 'event-id': text("The event's id."), 'hookline-hook-id': text("The hook's id.") };
const KAFKA_HEADERS: Readonly<Record<string, JsonSchema>> = {
  'message-id': text('This event for this hook: the same in every copy.'), 'event-id': text("The event's id."), 'event-type': text("The event's type."), 'hookline-hook-id': text("The hook's id."),
};
const REQUIRED_HEADERS: Readonly<Record<string, readonly string[]>> = {
  Batch: ['content-type', 'user-agent', 'webhook-id', 'webhook-timestamp', 'hookline-hook-id', 'hookline-attempt'], QueueMessage: Object.keys(AMQP_HEADERS), Record: Object.keys(KAFKA_HEADERS),
};

const SCHEMAS = '#/components/schemas/';
const parameter = (description: string): JsonSchema => ({ description });

export function asyncApiDocument(version: string): JsonSchema {
  const { message, definitions } = messageJsonSchema(SCHEMAS);
  const payload = { $ref: `${SCHEMAS}Message` };
  const describe = (name: string, headers: Readonly<Record<string, JsonSchema>>, more: JsonSchema): JsonSchema =>
    ({ name, contentType: 'application/json', headers: { type: 'object', properties: headers, required: REQUIRED_HEADERS[name] }, ...more });
  const channel = (name: string, address: string, more: JsonSchema): JsonSchema => ({ address, messages: { [name]: { $ref: `#/components/messages/${name}` } }, ...more });
  const operation = (channelName: string, name: string, summary: string, more: JsonSchema = {}): JsonSchema =>
    ({ action: 'send', channel: { $ref: `#/channels/${channelName}` }, summary, messages: [{ $ref: `#/channels/${channelName}/messages/${name}` }], ...more });
  return {
    asyncapi: '3.0.0',
    info: { title: 'Hookline: what a destination receives', version, description: 'Every copy of a delivery carries the same id and the same bytes: drop duplicates by id alone. There is no order across deliveries.' },
    defaultContentType: 'application/json',
    channels: {
      http: channel('Batch', '{url}', { description: "The hook's URL.", parameters: { url: parameter('request.url of the hook.') } }),
      rabbitmq_queue: channel('QueueMessage', '{queue}', { description: 'Through the default exchange.', parameters: { queue: parameter('request.queue of the hook.') }, bindings: { amqp: { is: 'queue', bindingVersion: '0.3.0' } } }),
      rabbitmq_exchange: channel('QueueMessage', '{database_id}.{event_type}', {
        description: 'The routing key; 0 stands for an event without a database.', parameters: { database_id: parameter('list_id of the event.'), event_type: parameter('event_type of the event.') }, bindings: { amqp: { is: 'routingKey', bindingVersion: '0.3.0' } },
      }),
      kafka: channel('Record', '{topic}', { description: 'Key: profile_id, or the routing key.', parameters: { topic: parameter('request.topic of the hook.') }, bindings: { kafka: { bindingVersion: '0.5.0' } } }),
    },
    operations: {
      postBatch: operation('http', 'Batch', 'POSTs a JSON array of messages, also of one; 2xx (and the success pattern, where there is one) means delivered.', { bindings: { http: { method: 'POST', bindingVersion: '0.3.0' } } }),
      publishToQueue: operation('rabbitmq_queue', 'QueueMessage', 'Publishes one message an event to a queue.', { bindings: { amqp: { deliveryMode: 2, mandatory: true, bindingVersion: '0.3.0' } } }),
      publishToExchange: operation('rabbitmq_exchange', 'QueueMessage', 'Publishes one message an event through an exchange.', { bindings: { amqp: { deliveryMode: 2, mandatory: true, bindingVersion: '0.3.0' } } }),
      produceRecord: operation('kafka', 'Record', 'Produces one record an event, acks=all.'),
    },
    components: {
      messages: {
        Batch: describe('Batch', HTTP_HEADERS, { summary: 'A batch of messages.', payload: { type: 'array', items: payload, minItems: 1, maxItems: 1_000 } }),
        QueueMessage: describe('QueueMessage', { ...AMQP_HEADERS, ...REDRIVE }, { summary: 'One message; `message_id` is the message id, `type` the event type.', payload }),
        Record: describe('Record', { ...KAFKA_HEADERS, ...REDRIVE }, { summary: 'One record.', payload }),
      },
      schemas: { Message: message, ...definitions },
    },
  };
}
