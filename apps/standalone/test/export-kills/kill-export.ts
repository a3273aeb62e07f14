// An export that is killed again and again while it delivers, and what arrived of it.
import { clicks, type Delivery, type Destination, type Product, startProduct, until } from '../run-product.ts';

export const EVENTS_PER_KILL = 100;
/** Deliveries of an export in flight. */
export const IN_FLIGHT = 2;
const BATCH = 20;
const EVENTS_PER_REQUEST = 500;
/** Slow enough that a kill finds something on its way. */
const ANSWER_MS = 40;

export interface KilledExport {
  readonly exportId: string;
  readonly progress: Readonly<Record<string, number>>;
  readonly deliveries: readonly Delivery[];
}

/** `started` hears of each process that takes over from a killed one. */
export async function killExport(of: { readonly dataDir: string; readonly destination: Destination; readonly kills: number; readonly product: Product; readonly started: (product: Product) => void }): Promise<KilledExport> {
  const { dataDir, destination, kills } = of;
  let { product } = of;
  const call = async (method: string, target: string, body: unknown, status: number): Promise<{ readonly id: string }> => {
    const answer = await product.call(method, target, body);
    if (answer.status !== status) throw new Error(`${method} ${target}: ${answer.status} ${JSON.stringify(answer.json)}`);
    return answer.json;
  };
  for (let i = 0; i < EVENTS_PER_KILL * kills; i += EVENTS_PER_REQUEST) await call('POST', '/v1/events', clicks(`old-${i}-`, Math.min(EVENTS_PER_REQUEST, EVENTS_PER_KILL * kills - i), '2026-01-10'), 202);
  const hook = await call('POST', '/v1/hooks', { name: 'h', database_id: null, events: ['click'], request: { type: 'http', url: destination.url, timeout_sec: 1, max_batch_size: BATCH } }, 201);
  destination.answerMs = ANSWER_MS;
  const { id: exportId } = await call('POST', `/v1/hooks/${hook.id}/exports`, { from: '2026-01-01', to: '2026-01-31' }, 201);
  for (let kill = 1; kill <= kills; kill++) {
    const before = destination.deliveries.length;
    await until(() => destination.deliveries.length >= before + 3, 'deliveries after a start');
    await product.kill();
    product = await startProduct(dataDir);
    of.started(product);
  }
  const read = async () => (await product.call('GET', `/v1/exports/${exportId}`)).json;
  await until(async () => (await read()).status === 'completed', 'the end of the export');
  return { exportId, progress: (await read()).progress, deliveries: destination.deliveries };
}

/** `repeated` = deliveries that came again; `inTwoDeliveries` = events that came under more than one id; `oldAttempts` = copies whose number was not new. */
export function judgeDeliveries(deliveries: readonly Delivery[], exportId: string) {
  const first = new Map<string, Delivery>();
  let [repeated, changedBodies, oldAttempts] = [0, 0, 0];
  for (const delivery of deliveries) {
    const known = first.get(delivery.id);
    first.set(delivery.id, delivery);
    if (known === undefined) continue;
    repeated++;
    if (delivery.body !== known.body) changedBodies++;
    if (delivery.attempt <= known.attempt) oldAttempts++;
  }
  const ids = [...first.values()].flatMap(({ eventIds }) => eventIds);
  const events = new Set(ids).size;
  return { events, repeated, changedBodies, oldAttempts, inTwoDeliveries: ids.length - events, notOfTheExport: deliveries.filter((delivery) => delivery.exportId !== exportId).length };
}
