import { z } from 'zod';
import { URL_CHARS_MAX } from '../address/address-policy.ts';
import { parseSuccessPattern, PATTERN_BYTES_MAX } from '../pattern/success-pattern.ts';
import { issueParams } from '../problem/problems-of-zod.ts';
import { headersSchema } from './header-schema.ts';
import { bearerTokenSchema, passwordSchema, signingSecretSchema } from './secret-schema.ts';
import { textSchema } from './text-schema.ts';

/** Events in one request; it also closes at 5 MiB. */
const BATCH_SIZE_MAX = 1_000;
const BATCH_SIZE_DEFAULT = 100;
/** The batching window. */
const WINDOW_SEC_MAX = 300;
const WINDOW_SEC_DEFAULT = 5;
/** The network deadline of one attempt. */
const REQUEST_TIMEOUT_SEC_MAX = 120;
const REQUEST_TIMEOUT_SEC_DEFAULT = 15;

/** OAuth2 client ids, basic user names: longer ones are no names. */
const CLIENT_NAME_BYTES_MAX = 1_024;
const SCOPE_BYTES_MAX = 4_096;

const urlText = z.string().meta({ format: 'uri', maxLength: URL_CHARS_MAX });

const successPattern = z
  .string()
  .superRefine((text, context) => {
    const parsed = parseSuccessPattern(text);
    if (!parsed.ok) for (const { code, message } of parsed.problems) context.addIssue({ code: 'custom', params: { code }, message });
  })
  .meta({ description: `RE2 syntax, found anywhere in the response body, case-sensitive; at most ${PATTERN_BYTES_MAX} bytes. Empty = the status decides alone.` });

const httpAuthSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('none') }),
  z.strictObject({
    type: z.literal('oauth2'),
    token_url: urlText,
    client_id: textSchema({ bytesMax: CLIENT_NAME_BYTES_MAX }),
    client_secret: passwordSchema,
    // RFC 6749: tokens of %x21 / %x23-5B / %x5D-7E with single spaces between them.
    scope: z
      .string()
      .max(SCOPE_BYTES_MAX)
      .refine((scope) => /^([\x21\x23-\x5b\x5d-\x7e]+( [\x21\x23-\x5b\x5d-\x7e]+)*)?$/.test(scope), issueParams('characters_forbidden', 'Must be scope tokens with single spaces between them.'))
      .nullish(),
  }),
  z.strictObject({
    type: z.literal('basic'),
    username: textSchema({ bytesMax: CLIENT_NAME_BYTES_MAX }).refine((name) => !name.includes(':'), issueParams('characters_forbidden', 'Must not hold a colon.')),
    password: passwordSchema,
  }),
  z.strictObject({ type: z.literal('bearer'), token: bearerTokenSchema }),
]);

/** `request` of type `http`. Whether the URLs may be dialled is not said here: `parseHookInput` asks the address policy. */
export const httpRequestSchema = z
  .strictObject({
    type: z.literal('http'),
    url: urlText,
    max_batch_size: z.int().min(1).max(BATCH_SIZE_MAX).default(BATCH_SIZE_DEFAULT),
    timeout_sec: z.int().min(1).max(WINDOW_SEC_MAX).default(WINDOW_SEC_DEFAULT).meta({ description: 'The batching window, seconds.' }),
    success_pattern: successPattern.nullish(),
    success_status: z.enum(['2xx', '200']).default('2xx'),
    request_timeout_sec: z.int().min(1).max(REQUEST_TIMEOUT_SEC_MAX).default(REQUEST_TIMEOUT_SEC_DEFAULT).meta({ description: 'The network deadline of one attempt, seconds.' }),
    headers: headersSchema.default({}),
    auth: httpAuthSchema.default({ type: 'none' }),
    signing_secret: signingSecretSchema,
  })
  .meta({ description: 'Batches as JSON arrays over HTTP POST.' });

export type HttpRequestInput = z.output<typeof httpRequestSchema>;
