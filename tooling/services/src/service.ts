/** What a test may do to a service. Every promise settles when the thing is done: `start` when it answers, `kill9` when the process is gone. */
export interface ServiceControl {
  /** SIGKILL: as a crash. The data stays. */
  kill9(): Promise<void>;
  /** SIGTERM: as an orderly restart. The data stays. */
  terminate(): Promise<void>;
  /** After `kill9` or `terminate`: the same ports, the same data. */
  start(): Promise<void>;
  /** SIGSTOP: it keeps its sockets and answers nothing. */
  freeze(): Promise<void>;
  thaw(): Promise<void>;
  /** Ends it and deletes its data. Safe to call twice. */
  stop(): Promise<void>;
}

export type ServiceName = 'rabbitmq' | 'kafka' | 'sqld';

export interface ServiceOptions {
  /** An address given by the environment is somebody else's service: a test that kills or reconfigures it says `private: true`. */
  readonly private?: boolean;
  /** `process.env` unless a test says otherwise. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** Thrown when a service can be had in no way; `command` is the one line that would bring it. */
export class ServiceMissing extends Error {
  readonly service: ServiceName;
  readonly reason: string;
  readonly command: string;

  constructor(service: ServiceName, reason: string, command: string) {
    super(`${service} is missing: ${reason}. It comes with: ${command}`);
    this.name = 'ServiceMissing';
    this.service = service;
    this.reason = reason;
    this.command = command;
  }
}

/** The control of a service that is not ours: it can be used and left, nothing else. */
export function foreignControl(variable: string): ServiceControl & { control(): Promise<never> } {
  const refuse = async (): Promise<never> => {
    throw new Error(`the service at ${variable} is not this test's own: ask for one with { private: true }`);
  };
  return { control: refuse, kill9: refuse, terminate: refuse, start: refuse, freeze: refuse, thaw: refuse, stop: async () => {} };
}
