import { Dice } from './dice.ts';
import { Driver } from './driver.ts';
import { Sightings } from './sightings.ts';
import { drawSwarm } from './swarm.ts';
import { World } from './world.ts';

export interface SeedResult {
  readonly seed: number;
  readonly kind: string;
  /** Broken invariants; empty = it held. */
  readonly failures: readonly string[];
  /** The same for two runs of one seed, or something depends on more than the seed. */
  readonly traceHash: string;
  readonly sightings: Sightings;
  readonly events: number;
  readonly copies: number;
  readonly virtualMs: number;
}

/** One run from a seed. */
export async function runSeed(seed: number, steps: number): Promise<SeedResult> {
  const dice = new Dice(seed);
  const swarm = drawSwarm(dice, steps);
  const world = new World(seed, dice, swarm, new Sightings());
  try {
    await new Driver(world).run();
  } catch (error: unknown) {
    world.fail(`the run itself failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  }
  const copies = [...world.ledger.byHook.values()].reduce((sum, of) => sum + of.length, 0);
  return { seed, kind: swarm.kind, failures: world.failures, traceHash: world.traceHash(), sightings: world.sightings, events: world.ledger.sent.size, copies, virtualMs: world.time.now };
}
