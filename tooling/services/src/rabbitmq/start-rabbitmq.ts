import path from 'node:path';
import { createRunFolder } from '../run-folder.ts';
import { IMAGES, containerControl, dockerRuns } from '../docker-container.ts';
import { freePorts } from '../free-ports.ts';
import { controlProcess } from '../process-control.ts';
import { ServiceMissing, foreignControl } from '../service.ts';
import type { ServiceControl, ServiceOptions } from '../service.ts';
import { fetchRabbitmq, installedRabbitmq } from './rabbitmq-install.ts';
import type { RabbitmqInstall } from './rabbitmq-install.ts';
import { createRabbitmqNode } from './rabbitmq-node.ts';

const GUEST = 'guest:guest';

export interface RabbitmqUser {
  readonly username: string;
  readonly password: string;
  /** Where it may configure, write and read everything; absent = nowhere. Made where it is missing. */
  readonly vhost?: string;
}

export interface RabbitmqOptions extends ServiceOptions {
  readonly users?: readonly RabbitmqUser[];
  /** Lines of rabbitmq.conf. */
  readonly settings?: Readonly<Record<string, string>>;
}

export interface RabbitmqService extends ServiceControl {
  /** amqp://user:password@host:port */
  readonly url: string;
  /** rabbitmqctl on this node; rejects where the node is not ours. */
  control(...args: string[]): Promise<string>;
}

/** TEST_AMQP, else what is installed, else Debian's packages unpacked into the cache, else Docker. Rejects with `ServiceMissing`. */
export async function startRabbitmq(options: RabbitmqOptions = {}): Promise<RabbitmqService> {
  const { env = process.env } = options;
  const given = env['TEST_AMQP'];
  if (given && !options.private) return { ...foreignControl('TEST_AMQP'), url: given };
  const reasons: string[] = [];
  const install = installedRabbitmq() ?? (await fetchRabbitmq().catch((error: Error) => void reasons.push(error.message.slice(0, 300))));
  const service = install ? await startNode(install, options) : dockerRuns() ? await startContainer(options) : null;
  if (!service) throw new ServiceMissing('rabbitmq', [...reasons, 'no Docker engine runs'].join('; '), 'sudo apt-get install -y --no-install-recommends rabbitmq-server');
  try {
    for (const user of options.users ?? []) await addUser(service, user);
  } catch (error: unknown) {
    await service.stop();
    throw error;
  }
  return service;
}

async function startNode(install: RabbitmqInstall, options: RabbitmqOptions): Promise<RabbitmqService> {
  const folder = createRunFolder('rabbitmq');
  const [amqp = 0, distribution = 0, epmd = 0] = await freePorts(3);
  const node = createRabbitmqNode(install, folder, { amqp, distribution, epmd }, options.settings ?? {});
  const control = await controlProcess(folder, node.launch);
  return { ...control, url: `amqp://${GUEST}@127.0.0.1:${amqp}`, control: node.control };
}

async function startContainer(options: RabbitmqOptions): Promise<RabbitmqService> {
  const [port = 0] = await freePorts(1);
  const folder = createRunFolder('rabbitmq');
  const settings = folder.write('99-test.conf', Object.entries(options.settings ?? {}).map(([key, value]) => `${key} = ${value}\n`).join(''));
  const container = await containerControl(folder, {
    image: IMAGES.rabbitmq,
    args: ['-p', `127.0.0.1:${port}:5672`, '-v', `${settings}:/etc/rabbitmq/conf.d/${path.basename(settings)}:ro`],
    ready: ['rabbitmqctl', 'await_startup', '--timeout', '1'],
  });
  return { ...container, url: `amqp://${GUEST}@127.0.0.1:${port}`, control: (...args) => container.run('rabbitmqctl', ...args) };
}

async function addUser(service: RabbitmqService, { username, password, vhost }: RabbitmqUser): Promise<void> {
  await service.control('add_user', username, password);
  if (vhost === undefined) return;
  const known = (await service.control('-q', 'list_vhosts', 'name')).split('\n');
  if (!known.includes(vhost)) await service.control('add_vhost', vhost);
  await service.control('set_permissions', '-p', vhost, username, '.*', '.*', '.*');
}
