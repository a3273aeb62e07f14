/** Below this only the two ports of the web are destinations: what else listens there was never meant for strangers' bytes. */
const FIRST_FREE_PORT = 1_024;
const WEB_PORTS = new Set([80, 443]);
export const PORT_MAX = 65_535;

/** Databases, caches and control planes that act on whatever reaches them. Brokers (5671, 5672, 9092 …) are destinations of ours and not in here. */
const REFUSED_PORTS = new Set([
  1_433, 1_521, 2_049, 2_181, 2_375, 2_376, 2_379, 2_380, 3_306, 3_389, 4_369, 5_432, 5_900, 6_379, 9_042, 9_200, 9_300, 10_250, 11_211, 25_672, 27_017,
]);

/** Whether a port of a destination on the public internet may be dialled. */
export function isDestinationPort(port: number): boolean {
  return WEB_PORTS.has(port) || (port >= FIRST_FREE_PORT && port <= PORT_MAX && !REFUSED_PORTS.has(port));
}
