import type { BoundProcess } from './bound-process.ts';
import type { RunFolder } from './run-folder.ts';
import type { ServiceControl } from './service.ts';

/**
 * The control of a service that runs as a process of ours: `down` (no process) or `up` (answers). `launch` brings it up on the ports and the data of its first
 * start and rejects, with nothing left running, when it cannot.
 */
export async function controlProcess(folder: RunFolder, launch: () => Promise<BoundProcess>): Promise<ServiceControl> {
  let running: BoundProcess | null = await launch().catch((error: unknown) => {
    folder.remove();
    throw error;
  });
  const up = (): BoundProcess => {
    if (!running) throw new Error('the service is down: start() it first');
    return running;
  };
  const down = async (signal: 'SIGTERM' | 'SIGKILL'): Promise<void> => {
    const process = up();
    running = null;
    await process.end(signal);
  };
  return {
    kill9: () => down('SIGKILL'),
    terminate: () => down('SIGTERM'),
    async start() {
      if (running) throw new Error('the service is up already');
      running = await launch();
    },
    freeze: async () => up().send('SIGSTOP'),
    thaw: async () => up().send('SIGCONT'),
    async stop() {
      if (running) await down('SIGKILL');
      folder.remove();
    },
  };
}
