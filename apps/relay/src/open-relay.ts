// The live delivery process put together: transports under the address policy, the engine, and what it counts. `standalone` runs it beside the edge, main.ts alone.
import { type AddressPolicy, type Clock, createAddressPolicy, type Random, type RetrySettings, type SelfAddress, type TransportFactory } from '@hookline/core';
import { type Relay, type RelayOptions, startRelay } from '@hookline/delivery';
import type { ControlStore } from '@hookline/store';
import { createTransportFactory } from '@hookline/transports';
import type { Registry } from 'prom-client';
import { registerRelayMetrics } from './relay-metrics.ts';

export interface RelayAppOptions {
  readonly control: ControlStore;
  /** Shards that no other process delivers from. */
  readonly logs: RelayOptions['logs'];
  /** Shards that are shared with other relays, as the one of this name among all there ever were. */
  readonly shared?: NonNullable<RelayOptions['shared']>;
  readonly clock: Clock;
  readonly random: Random;
  readonly retry: RetrySettings;
  readonly allowDestinations: readonly string[];
  readonly allowHttp: boolean;
  /** Our own listeners: never a destination. */
  readonly self: readonly SelfAddress[];
  readonly kafkaClient: 'platformatic' | 'kafkajs';
  readonly version: string;
  readonly metrics: Registry;
  /** Hooks with a policy of their own, by id: the demo's receiver is let through for its hook alone. */
  readonly exceptions?: ReadonlyMap<string, AddressPolicy>;
  readonly stopHook: (accountId: number, hookId: string, reason: string) => void;
  readonly report: (message: string, error: unknown) => void;
}

export interface RelayApp {
  readonly relay: Relay;
  readonly transports: TransportFactory;
}

export async function openRelay(options: RelayAppOptions): Promise<RelayApp> {
  const transports = createTransports(options);
  const relay = await startRelay({
    control: options.control, logs: options.logs, transports, clock: options.clock, random: options.random, retry: options.retry, stopHook: options.stopHook, report: options.report,
    ...(options.shared && { shared: options.shared }),
  });
  registerRelayMetrics(options.metrics, relay, [...options.logs, ...(options.shared?.logs ?? []).map(({ log }) => log)]);
  return { relay, transports };
}

function createTransports(options: RelayAppOptions): TransportFactory {
  const { control, kafkaClient, version, clock } = options;
  const withPolicy = (policy: AddressPolicy): TransportFactory => createTransportFactory({ policy, openSecret: (sealed, place) => control.keys.open(sealed, place), kafkaClient, version, clock });
  const usual = withPolicy(createAddressPolicy({ allow: options.allowDestinations, allowHttp: options.allowHttp, self: options.self }));
  const exceptions = new Map([...(options.exceptions ?? [])].map(([hookId, policy]) => [hookId, withPolicy(policy)]));
  return {
    create: (destination) => (exceptions.get(destination.hookId) ?? usual).create(destination),
    async close() {
      await Promise.all([usual, ...exceptions.values()].map((factory) => factory.close()));
    },
  };
}
