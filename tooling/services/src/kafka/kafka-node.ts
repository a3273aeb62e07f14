import { randomBytes } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import path from 'node:path';
import { spawnBound } from '../bound-process.ts';
import type { BoundProcess } from '../bound-process.ts';
import { runProgram } from '../run-program.ts';
import type { RunFolder } from '../run-folder.ts';
import { waitUntil } from '../wait-until.ts';
import type { KafkaInstall } from './kafka-install.ts';
import { KAFKA_USER, KEYSTORE_PASSWORD, LOG4J_PROPERTIES, kafkaProperties } from './kafka-properties.ts';
import type { KafkaPorts } from './kafka-properties.ts';

const START_DEADLINE_MS = 60_000;
const ANSWER_DEADLINE_MS = 1000;
const HEAP_MB = 256;

/** Formats the storage (and makes the certificate); the answer brings the broker up on it, as often as wanted. */
export async function createKafkaNode(
  install: KafkaInstall,
  folder: RunFolder,
  ports: KafkaPorts,
  settings: Readonly<Record<string, string>>,
): Promise<() => Promise<BoundProcess>> {
  const properties = folder.write('server.properties', kafkaProperties(folder, ports, settings));
  const logging = folder.write('log4j2.properties', LOG4J_PROPERTIES);
  const log = path.join(folder.path, 'kafka.log');
  const java = [...['-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-XX:-UsePerfData', '-Djava.awt.headless=true'], `-Dlog4j2.configurationFile=${logging}`, '-cp', install.classPath];
  if (ports.listeners.TLS !== undefined) await makeCertificate(install, folder);
  await formatStorage([install.java, ...java], properties, ports.listeners.SASL !== undefined);
  return async () => {
    rmSync(log, { force: true });
    const broker = spawnBound([install.java, `-Xmx${HEAP_MB}m`, ...java, 'kafka.Kafka', properties], { folder, log });
    // the port opens before the broker serves: the log says when it does
    const serves = async (): Promise<boolean> => readFileSync(log, 'utf8').includes('Kafka Server started') && (await answersApiVersions(ports.listeners.PLAINTEXT ?? 0));
    try {
      await waitUntil('Kafka', serves, { deadlineMs: START_DEADLINE_MS, givenUp: () => broker.exitReason() });
    } catch (error: unknown) {
      await broker.end('SIGKILL');
      throw new Error(`Kafka did not start. The end of its log:\n${readFileSync(log, 'utf8').slice(-3000)}`, { cause: error });
    }
    return broker;
  };
}

async function formatStorage([file = '', ...java]: readonly string[], properties: string, withUser: boolean): Promise<void> {
  // a leading dash would be read as an option
  const clusterId = randomBytes(16).toString('base64url').replace(/^-/, 'a');
  const user = (mechanism: string): string[] => ['--add-scram', `${mechanism}=[name=${KAFKA_USER.username},password=${KAFKA_USER.password}]`];
  const users = withUser ? [...user('SCRAM-SHA-256'), ...user('SCRAM-SHA-512')] : [];
  await runProgram(file, [...java, 'kafka.tools.StorageTool', 'format', '--standalone', '--cluster-id', clusterId, '--config', properties, ...users], { cwd: path.dirname(properties) });
}

/** A key with its own certificate in server.p12, the certificate alone in ca.pem. */
async function makeCertificate(install: KafkaInstall, folder: RunFolder): Promise<void> {
  const store = ['-keystore', path.join(folder.path, 'server.p12'), '-storetype', 'PKCS12', '-storepass', KEYSTORE_PASSWORD, '-alias', 'server'];
  const names = ['-dname', 'CN=localhost', '-ext', 'SAN=dns:localhost,ip:127.0.0.1', '-ext', 'bc:c=ca:true'];
  await runProgram(install.keytool, ['-genkeypair', '-keyalg', 'EC', '-groupname', 'secp256r1', '-validity', '3650', ...names, ...store], { cwd: folder.path });
  await runProgram(install.keytool, ['-exportcert', '-rfc', '-file', path.join(folder.path, 'ca.pem'), ...store], { cwd: folder.path });
}

/** ApiVersions v0, which every broker answers before anything else: length 10, key 18, version 0, correlation id 1, no client id. */
const API_VERSIONS = Buffer.from('0000000a0012000000000001ffff', 'hex');

function answersApiVersions(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(API_VERSIONS));
    const end = (answer: boolean): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(ANSWER_DEADLINE_MS, () => end(false));
    socket.on('error', () => end(false)).on('close', () => end(false));
    socket.on('data', () => end(true));
  });
}
