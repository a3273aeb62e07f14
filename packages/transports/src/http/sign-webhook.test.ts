import { expect, it } from 'vitest';
import { signWebhook } from './sign-webhook.ts';

// the example of the Standard Webhooks specification
const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const signed = { id: 'msg_p5jXN8AQM9LWM0D4loKWxJek', timestampSec: 1614265330, body: Buffer.from('{"test": 2432232314}') };

it('signs as the specification does', () => {
  expect(signWebhook([SECRET], signed)).toBe('v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=');
});

it('signs with each secret while they overlap', () => {
  const other = `whsec_${Buffer.alloc(24, 7).toString('base64')}`;
  expect(signWebhook([SECRET, other], signed)).toBe(`${signWebhook([SECRET], signed)} ${signWebhook([other], signed)}`);
});
