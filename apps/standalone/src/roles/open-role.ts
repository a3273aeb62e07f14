import { openEdgeRole } from './open-edge-role.ts';
import { openExporterRole } from './open-exporter-role.ts';
import { openRelayRole } from './open-relay-role.ts';
import type { Role, RoleOptions, RunningRole } from './role.ts';

const OPEN: Readonly<Record<Role, (options: RoleOptions) => Promise<RunningRole>>> = { edge: openEdgeRole, relay: openRelayRole, exporter: openExporterRole };

export const openRole = (role: Role, options: RoleOptions): Promise<RunningRole> => OPEN[role](options);
