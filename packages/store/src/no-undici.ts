// In place of undici where it cannot be: a store there is given a fetch of its own.

import { HooklineError } from '@hookline/core';

export class Agent {
  constructor() {
    throw new HooklineError('config_invalid', 'this runtime has no undici: a fetch must be given');
  }
}

export function buildConnector(): never {
  throw new HooklineError('config_invalid', 'this runtime has no undici: a fetch must be given');
}
