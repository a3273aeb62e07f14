import { lookup } from 'node:dns/promises';
import { createDeadline } from '../http/read-body.ts';
import { EDGE_LIMITS } from '../limits.ts';

/** Asks the system's resolver, and takes no answer in time for a no. */
export function createHostResolver(): (hostName: string) => Promise<boolean> {
  return async (hostName) => {
    const deadline = createDeadline(EDGE_LIMITS.resolveTimeoutMs);
    const found = lookup(hostName).then(() => true, () => false);
    const settled = await Promise.race([found, deadline.reached]);
    deadline.cancel();
    return settled === true;
  };
}
