import path from 'node:path';
import type { RunFolder } from '../run-folder.ts';

export const KAFKA_USER = { username: 'alice', password: 'alice-secret' } as const;

export const KEYSTORE_PASSWORD = 'changeit';

/** One listener a way of connecting; the names are those of server.properties. */
export type KafkaListener = 'PLAINTEXT' | 'SASL' | 'TLS' | 'SASLTLS';

const PROTOCOLS: Readonly<Record<KafkaListener, string>> = { PLAINTEXT: 'PLAINTEXT', SASL: 'SASL_PLAINTEXT', TLS: 'SSL', SASLTLS: 'SASL_SSL' };

export interface KafkaPorts {
  readonly controller: number;
  readonly listeners: Readonly<Partial<Record<KafkaListener, number>>>;
}

/** server.properties of a single node, broker and controller in one. */
export function kafkaProperties(folder: RunFolder, ports: KafkaPorts, settings: Readonly<Record<string, string>>): string {
  const listeners = Object.keys(ports.listeners) as KafkaListener[];
  const addresses = listeners.map((name) => `${name}://127.0.0.1:${ports.listeners[name]}`);
  const properties: Record<string, string | number | boolean> = {
    'process.roles': 'broker,controller',
    'node.id': 1,
    'controller.quorum.bootstrap.servers': `127.0.0.1:${ports.controller}`,
    'controller.listener.names': 'CONTROLLER',
    listeners: [...addresses, `CONTROLLER://127.0.0.1:${ports.controller}`].join(','),
    'advertised.listeners': addresses.join(','),
    'listener.security.protocol.map': ['CONTROLLER:PLAINTEXT', ...listeners.map((name) => `${name}:${PROTOCOLS[name]}`)].join(','),
    'inter.broker.listener.name': 'PLAINTEXT',
    'log.dirs': path.join(folder.path, 'data'),
    ...ONE_NODE,
    ...SMALL_AND_QUICK,
    // what is acknowledged is on the disk, so that a kill loses nothing of it
    'log.flush.interval.messages': 1,
    'auto.create.topics.enable': false,
    ...(ports.listeners.SASL === undefined ? {} : { ...sasl('sasl'), ...(ports.listeners.SASLTLS === undefined ? {} : sasl('sasltls')) }),
    ...(ports.listeners.TLS === undefined ? {} : { ...tls(folder, 'tls'), ...(ports.listeners.SASLTLS === undefined ? {} : tls(folder, 'sasltls')) }),
    ...settings,
  };
  return Object.entries(properties).map(([key, value]) => `${key}=${value}\n`).join('');
}

const ONE_NODE = {
  'offsets.topic.replication.factor': 1,
  'transaction.state.log.replication.factor': 1,
  'transaction.state.log.min.isr': 1,
  'share.coordinator.state.topic.replication.factor': 1,
  'share.coordinator.state.topic.min.isr': 1,
};

const SMALL_AND_QUICK = {
  'offsets.topic.num.partitions': 1,
  'transaction.state.log.num.partitions': 1,
  'share.coordinator.state.topic.num.partitions': 1,
  'group.initial.rebalance.delay.ms': 0,
  'log.cleaner.dedupe.buffer.size': 2 ** 21,
  'num.network.threads': 2,
  'num.io.threads': 2,
  'background.threads': 2,
  // after a kill a broker waits until its former session has run out, 9 s by default
  'broker.session.timeout.ms': 2000,
  'broker.heartbeat.interval.ms': 500,
};

function sasl(listener: string): Record<string, string> {
  const prefix = `listener.name.${listener}`;
  const login = 'org.apache.kafka.common.security';
  const scram = `${login}.scram.ScramLoginModule required;`;
  return {
    [`${prefix}.sasl.enabled.mechanisms`]: 'PLAIN,SCRAM-SHA-256,SCRAM-SHA-512',
    [`${prefix}.plain.sasl.jaas.config`]: `${login}.plain.PlainLoginModule required user_${KAFKA_USER.username}="${KAFKA_USER.password}";`,
    [`${prefix}.scram-sha-256.sasl.jaas.config`]: scram,
    [`${prefix}.scram-sha-512.sasl.jaas.config`]: scram,
  };
}

function tls(folder: RunFolder, listener: string): Record<string, string> {
  const prefix = `listener.name.${listener}.ssl`;
  return {
    [`${prefix}.keystore.type`]: 'PKCS12',
    [`${prefix}.keystore.location`]: path.join(folder.path, 'server.p12'),
    [`${prefix}.keystore.password`]: KEYSTORE_PASSWORD,
    [`${prefix}.key.password`]: KEYSTORE_PASSWORD,
  };
}

/** The console, without the hundreds of lines that list the settings. */
export const LOG4J_PROPERTIES = `status = error
appender.console.type = Console
appender.console.name = console
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = %d{ISO8601} %p %c{1}: %m%n
logger.config.name = org.apache.kafka.common.config
logger.config.level = warn
rootLogger.level = info
rootLogger.appenderRef.console.ref = console
`;
