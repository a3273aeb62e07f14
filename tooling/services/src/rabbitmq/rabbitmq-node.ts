// One private RabbitMQ node on loopback, with everything it writes in one folder: own cookie, own port mapper, no plugins, nothing of the machine's settings.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import path from 'node:path';
import { spawnBound } from '../bound-process.ts';
import type { BoundProcess } from '../bound-process.ts';
import { runProgram } from '../run-program.ts';
import type { RunFolder } from '../run-folder.ts';
import { waitUntil } from '../wait-until.ts';
import type { RabbitmqInstall } from './rabbitmq-install.ts';

const START_DEADLINE_MS = 60_000;
const ANSWER_DEADLINE_MS = 1000;

export interface RabbitmqPorts {
  readonly amqp: number;
  readonly distribution: number;
  readonly epmd: number;
}

export interface RabbitmqNode {
  launch(): Promise<BoundProcess>;
  control(...args: string[]): Promise<string>;
}

export function createRabbitmqNode(install: RabbitmqInstall, folder: RunFolder, ports: RabbitmqPorts, settings: Readonly<Record<string, string>>): RabbitmqNode {
  const at = (name: string): string => path.join(folder.path, name);
  const env = nodeEnvironment(install, folder.path, ports);
  let epmd: BoundProcess | null = null;
  mkdirSync(at('log'), { recursive: true });
  writeFileSync(at('rabbitmq.conf'), Object.entries({ 'disk_free_limit.absolute': '50MB', ...settings }).map(([key, value]) => `${key} = ${value}\n`).join(''));
  writeFileSync(at('enabled_plugins'), '[].\n');
  writeFileSync(at('env.conf'), '');
  return {
    async launch() {
      // in the foreground: the node would start one as a daemon that outlives it
      if (!epmd || epmd.exitReason() !== null) epmd = spawnBound([install.epmd], { folder, log: at('epmd.log'), env });
      const server = spawnBound([install.server], { folder, log: at('log/output.log'), env });
      try {
        await waitUntil('RabbitMQ', () => speaksAmqp(ports.amqp), { deadlineMs: START_DEADLINE_MS, givenUp: () => server.exitReason() });
      } catch (error: unknown) {
        await server.end('SIGKILL');
        throw new Error(`RabbitMQ did not start. The end of its log:\n${readFileSync(at('log/output.log'), 'utf8').slice(-3000)}`, { cause: error });
      }
      return server;
    },
    control: (...args) => runProgram(install.control, args, { env, cwd: folder.path }),
  };
}

function nodeEnvironment(install: RabbitmqInstall, folder: string, ports: RabbitmqPorts): NodeJS.ProcessEnv {
  const at = (name: string): string => path.join(folder, name);
  const { NOTIFY_SOCKET: _, ...inherited } = process.env;
  return {
    ...inherited,
    ...install.env,
    HOME: folder,
    LANG: 'C.UTF-8',
    ERL_CRASH_DUMP: '/dev/null',
    ERL_EPMD_ADDRESS: '127.0.0.1',
    ERL_EPMD_PORT: String(ports.epmd),
    RABBITMQ_NODENAME: 'test@localhost',
    RABBITMQ_NODE_IP_ADDRESS: '127.0.0.1',
    RABBITMQ_NODE_PORT: String(ports.amqp),
    RABBITMQ_DIST_PORT: String(ports.distribution),
    RABBITMQ_MNESIA_BASE: at('mnesia'),
    RABBITMQ_LOG_BASE: at('log'),
    RABBITMQ_GENERATED_CONFIG_DIR: at('generated'),
    RABBITMQ_CONFIG_FILE: at('rabbitmq.conf'),
    RABBITMQ_ADVANCED_CONFIG_FILE: at('advanced.config'),
    RABBITMQ_CONF_ENV_FILE: at('env.conf'),
    RABBITMQ_ENABLED_PLUGINS_FILE: at('enabled_plugins'),
    RABBITMQ_PID_FILE: at('rabbitmq.pid'),
    // loopback only, and no busy waiting: the tests need the cores
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: '-kernel inet_dist_use_interface {127,0,0,1} +sbwt none +sbwtdcpu none +sbwtdio none',
    // the start script becomes the node: one pid, and SIGTERM is an orderly stop
    RUNNING_UNDER_SYSTEMD: 'true',
  };
}

const PROTOCOL_HEADER = Buffer.from('AMQP\0\0\x09\x01', 'latin1');
const METHOD_FRAME = 1;

/** A broker that takes connections answers the protocol header with a method frame (connection.start). */
function speaksAmqp(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(PROTOCOL_HEADER));
    const end = (answer: boolean): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(ANSWER_DEADLINE_MS, () => end(false));
    socket.on('error', () => end(false)).on('close', () => end(false));
    socket.on('data', (frame) => end(frame[0] === METHOD_FRAME));
  });
}
