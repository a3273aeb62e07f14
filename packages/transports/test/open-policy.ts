import type { DialPolicy } from '../src/dial/dial-guard.ts';

/** Lets everything through: for tests whose destinations are on loopback and whose subject is something else. */
export const openPolicy: DialPolicy = {
  checkUrl: (url) => ({ url }),
  checkAddress: () => ({ allowed: true }),
};
