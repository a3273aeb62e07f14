import { afterAll, describe, inject, it } from 'vitest';
import { ServiceMissing } from '../service.ts';
import type { KafkaService } from '../kafka/start-kafka.ts';
import type { RabbitmqService } from '../rabbitmq/start-rabbitmq.ts';
import type { SqldService } from '../sqld/start-sqld.ts';
import type { ServiceName } from '../service.ts';
import type { DeskAnswer } from './shared-services.ts';

export const sharedRabbitmq = (): Promise<Pick<RabbitmqService, 'url'>> => askDesk('rabbitmq');
export const sharedKafka = (): Promise<Pick<KafkaService, 'broker'>> => askDesk('kafka');
/** Namespaces are on: a test makes its own by `adminUrl`. */
export const sharedSqld = (): Promise<Pick<SqldService, 'url' | 'adminUrl'>> => askDesk('sqld');

/**
 * `describe` for what needs a service; to be awaited at the top of a test file. `start` is one of the shared ones above, or starts a private one, which is
 * stopped after the last test. Where the service cannot be had the tests are skipped, with the reason and the command that brings it in their name; with
 * REQUIRE_BROKERS=1 that is a failure.
 */
export async function describeWithService<S extends object>(title: string, start: () => Promise<S>, body: (service: S) => void, env = process.env): Promise<void> {
  const outcome = await start().catch((error: unknown) => (error instanceof Error ? error : new Error(String(error))));
  if (!(outcome instanceof Error)) {
    describe(title, () => {
      afterAll(async () => {
        if ('stop' in outcome && typeof outcome.stop === 'function') await outcome.stop();
      });
      body(outcome);
    });
    return;
  }
  if (outcome instanceof ServiceMissing && env['REQUIRE_BROKERS'] !== '1') {
    process.stderr.write(`\nSKIPPED: ${title}: ${outcome.message}\n\n`);
    describe(title, () => {
      it.skip(outcome.message, () => {});
    });
    return;
  }
  describe(title, () => {
    it('has its service', () => {
      throw outcome;
    });
  });
}

async function askDesk<S>(name: ServiceName): Promise<S> {
  const response = await fetch(`${inject('serviceDesk')}/${name}`);
  const answer = (await response.json()) as DeskAnswer;
  if ('missing' in answer) throw new ServiceMissing(name, answer.missing.reason, answer.missing.command);
  if ('failed' in answer) throw new Error(answer.failed);
  return answer.addresses as S;
}
