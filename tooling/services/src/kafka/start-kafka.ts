import { readFileSync } from 'node:fs';
import path from 'node:path';
import { IMAGES, containerControl, dockerRuns } from '../docker-container.ts';
import { freePorts } from '../free-ports.ts';
import { controlProcess } from '../process-control.ts';
import { createRunFolder } from '../run-folder.ts';
import { ServiceMissing, foreignControl } from '../service.ts';
import type { ServiceControl, ServiceOptions } from '../service.ts';
import { findKafka } from './kafka-install.ts';
import type { KafkaInstall } from './kafka-install.ts';
import { createKafkaNode } from './kafka-node.ts';
import type { KafkaListener } from './kafka-properties.ts';

export interface KafkaOptions extends ServiceOptions {
  /** Also a listener with PLAIN, SCRAM-SHA-256 and SCRAM-SHA-512 for `KAFKA_USER`. */
  readonly sasl?: boolean;
  /** Also a listener with TLS; with `sasl` too, a third one with both. */
  readonly tls?: boolean;
  /** Lines of server.properties. */
  readonly settings?: Readonly<Record<string, string>>;
}

export interface KafkaService extends ServiceControl {
  /** host:port, no password, no encryption. */
  readonly broker: string;
  readonly saslBroker?: string;
  readonly tlsBroker?: string;
  readonly saslTlsBroker?: string;
  /** The certificate to trust, PEM. */
  readonly ca?: string;
}

/** TEST_KAFKA, else Java and Maven (installed, or Debian's unpacked into the cache), else Docker. Rejects with `ServiceMissing`. */
export async function startKafka(options: KafkaOptions = {}): Promise<KafkaService> {
  const { env = process.env } = options;
  const given = env['TEST_KAFKA'];
  if (given && !options.private) return { ...foreignControl('TEST_KAFKA'), broker: given };
  const reasons: string[] = [];
  const install = await findKafka().catch((error: Error) => void reasons.push(error.message.slice(0, 300)));
  if (install) return startNode(install, options);
  const plain = !options.sasl && !options.tls;
  if (plain && dockerRuns()) return startContainer(options);
  throw new ServiceMissing('kafka', [...reasons, plain ? 'no Docker engine runs' : 'the container has no SASL and TLS'].join('; '), 'sudo apt-get install -y --no-install-recommends openjdk-17-jre-headless maven');
}

async function startNode(install: KafkaInstall, options: KafkaOptions): Promise<KafkaService> {
  const folder = createRunFolder('kafka');
  const [controller = 0, PLAINTEXT = 0, SASL = 0, TLS = 0, SASLTLS = 0] = await freePorts(5);
  const listeners = { PLAINTEXT, ...(options.sasl ? { SASL } : {}), ...(options.tls ? { TLS } : {}), ...(options.sasl && options.tls ? { SASLTLS } : {}) };
  const control = await controlProcess(folder, await createKafkaNode(install, folder, { controller, listeners }, options.settings ?? {}));
  const at = (name: KafkaListener): string => `127.0.0.1:${{ PLAINTEXT, SASL, TLS, SASLTLS }[name]}`;
  return {
    ...control,
    broker: at('PLAINTEXT'),
    ...(options.sasl ? { saslBroker: at('SASL') } : {}),
    ...(options.tls ? { tlsBroker: at('TLS'), ca: readFileSync(path.join(folder.path, 'ca.pem'), 'utf8') } : {}),
    ...(options.sasl && options.tls ? { saslTlsBroker: at('SASLTLS') } : {}),
  };
}

async function startContainer(options: KafkaOptions): Promise<KafkaService> {
  const [port = 0] = await freePorts(1);
  const folder = createRunFolder('kafka');
  const settings: Record<string, string> = {
    KAFKA_NODE_ID: '1',
    KAFKA_PROCESS_ROLES: 'broker,controller',
    KAFKA_LISTENERS: `PLAINTEXT://:${port},CONTROLLER://:9093`,
    KAFKA_ADVERTISED_LISTENERS: `PLAINTEXT://127.0.0.1:${port}`,
    KAFKA_CONTROLLER_LISTENER_NAMES: 'CONTROLLER',
    KAFKA_LISTENER_SECURITY_PROTOCOL_MAP: 'CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT',
    KAFKA_CONTROLLER_QUORUM_VOTERS: '1@localhost:9093',
    KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR: '1',
    KAFKA_AUTO_CREATE_TOPICS_ENABLE: 'false',
    ...Object.fromEntries(Object.entries(options.settings ?? {}).map(([key, value]) => [`KAFKA_${key.toUpperCase().replaceAll('.', '_')}`, value])),
  };
  const control = await containerControl(folder, {
    image: IMAGES.kafka,
    args: ['-p', `127.0.0.1:${port}:${port}`, ...Object.entries(settings).flatMap(([key, value]) => ['-e', `${key}=${value}`])],
    ready: ['/opt/kafka/bin/kafka-broker-api-versions.sh', '--bootstrap-server', `127.0.0.1:${port}`],
  });
  return { ...control, broker: `127.0.0.1:${port}` };
}
