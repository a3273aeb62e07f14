import { HooklineError, type HooklineErrorCode } from '@hookline/core';
import type { LogBackend } from '../log-backend.ts';

/** `before`: the commit does not happen. `after`: it does, and nobody is told. */
export interface CommitFault {
  readonly effect: 'before' | 'after';
  readonly code: HooklineErrorCode;
}

export interface FaultyBackend {
  readonly backend: LogBackend;
  /** For the next commits, one each. */
  readonly commitFaults: CommitFault[];
  /** So many of the next looks at the header fail. */
  headerFaults: number;
  /** Commits that were tried. */
  commits: number;
}

/** The driver itself, with failures where a case asks for them. */
export function withFaults(driver: LogBackend): FaultyBackend {
  const fail = (code: HooklineErrorCode): never => {
    throw new HooklineError(code, 'as the test asked');
  };
  const commit: LogBackend['commit'] = async (commit) => {
    faulty.commits++;
    const fault = faulty.commitFaults.shift();
    if (fault?.effect === 'before') fail(fault.code);
    await driver.commit(commit);
    if (fault) fail(fault.code);
  };
  const header: LogBackend['header'] = async () => (faulty.headerFaults-- > 0 ? fail('store_unavailable') : driver.header());
  const own: Partial<LogBackend> = { commit, header };
  const backend = new Proxy(driver, {
    get(target, name) {
      const value: unknown = own[name as keyof LogBackend] ?? Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  const faulty: FaultyBackend = { backend, commitFaults: [], headerFaults: 0, commits: 0 };
  return faulty;
}
