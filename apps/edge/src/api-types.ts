// The API by its types, for clients of this repository: each is that of the very schema which validates and documents.
import type { z } from 'zod';
import type { pixelSchema } from './pixel/pixel-routes.ts';
import type { entrySchema as auditEntrySchema } from './routes/audit-routes.ts';
import type { entrySchema as catalogEntrySchema } from './routes/catalog-routes.ts';
import type { resultSchema as dryRunSchema } from './routes/dry-run-routes.ts';
import type { rowSchema as eventTypeSchema } from './routes/event-type-routes.ts';
import type { fieldSchema } from './routes/field-routes.ts';
import type { tokenSchema } from './routes/token-routes.ts';
import type { userSchema } from './routes/user-routes.ts';
import type { errorSchema, problemSchema } from './schemas/common-schemas.ts';
import type { attemptSchema, briefSeriesSchema, deadLetterSchema, laneSchema, seriesSchema, testResultSchema } from './schemas/delivery-schemas.ts';
import type { eventFateSchema, eventPageSchema, loggedEventSchema } from './schemas/event-schemas.ts';
import type { exportSchema } from './schemas/export-schemas.ts';
import type { signInMethodsSchema } from './session/oidc-routes.ts';
import type { sessionSchema } from './session/session-routes.ts';
import type { HookView } from './hook/hook-view.ts';

export interface ApiTypes {
  readonly attempt: z.infer<typeof attemptSchema>;
  readonly auditEntry: z.infer<typeof auditEntrySchema>;
  readonly briefSeries: z.infer<typeof briefSeriesSchema>;
  readonly catalogEntry: z.infer<typeof catalogEntrySchema>;
  readonly deadLetter: z.infer<typeof deadLetterSchema>;
  readonly dryRun: z.infer<typeof dryRunSchema>;
  readonly error: z.infer<typeof errorSchema>;
  readonly event: z.infer<typeof eventFateSchema>;
  readonly eventPage: z.infer<typeof eventPageSchema>;
  readonly eventType: z.infer<typeof eventTypeSchema>;
  readonly export: z.infer<typeof exportSchema>;
  readonly hook: HookView & { readonly warnings?: readonly z.infer<typeof problemSchema>[] };
  readonly lane: z.infer<typeof laneSchema>;
  readonly loggedEvent: z.infer<typeof loggedEventSchema>;
  readonly pixel: z.infer<typeof pixelSchema>;
  readonly problem: z.infer<typeof problemSchema>;
  readonly profileField: z.infer<typeof fieldSchema>;
  readonly series: z.infer<typeof seriesSchema>;
  readonly session: z.infer<typeof sessionSchema>;
  readonly signInMethods: z.infer<typeof signInMethodsSchema>;
  readonly testResult: z.infer<typeof testResultSchema>;
  readonly token: z.infer<typeof tokenSchema>;
  readonly user: z.infer<typeof userSchema>;
}
