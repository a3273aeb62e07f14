import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** What the demo keeps in the data directory between starts. Its presence says that the demo was made; deleting its hooks does not bring them back. */
export interface DemoSettings {
  readonly port: number;
  /** The hook that delivers to the demo receiver. */
  readonly httpHookId: string;
  /** Hooks to brokers on this machine, by id: the only ones that may dial `host:port` there. */
  readonly brokerHooks: Readonly<Record<string, { readonly host: string; readonly port: number }>>;
}

const fileOf = (dataDir: string): string => path.join(dataDir, 'demo.json');

export function readDemoSettings(dataDir: string): DemoSettings | null {
  try {
    return JSON.parse(readFileSync(fileOf(dataDir), 'utf8')) as DemoSettings;
  } catch {
    return null;
  }
}

export function writeDemoSettings(dataDir: string, settings: DemoSettings): void {
  writeFileSync(fileOf(dataDir), `${JSON.stringify(settings, null, 2)}\n`, { mode: 0o600 });
}
