import type { Context, Hono } from 'hono';
import type { EdgeMetrics } from '../metrics.ts';
import { type ConsoleFile, loadConsoleFiles } from './console-files.ts';

// The web page at `/`. Its own addresses all answer with the one document, which is never kept; what it loads has its hash in its name and is kept for ever.

const POLICY = [
  "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' data:", "font-src 'self'", "connect-src 'self'", "base-uri 'none'", "form-action 'self'", "frame-ancestors 'none'",
].join('; ');

const SAFE_HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': POLICY, 'x-content-type-options': 'nosniff', 'x-frame-options': 'DENY', 'referrer-policy': 'no-referrer', 'cross-origin-opener-policy': 'same-origin', 'cross-origin-resource-policy': 'same-origin',
};
const FOR_EVER = 'public, max-age=31536000, immutable';

/** Where the console's router has screens (apps/console/src/router.tsx). */
const SCREENS = ['/', '/sign-in', '/welcome', '/hooks', '/hooks/*', '/events', '/events/*', '/exports', '/exports/*', '/settings', '/settings/*'];

/** Whether there is one: where it was not built, the API stands by itself. */
export function registerConsole(app: Hono, folder: string | null, metrics: EdgeMetrics): boolean {
  const files = folder === null ? null : loadConsoleFiles(folder);
  if (files === null) return false;
  const serve = async (context: Context, file: ConsoleFile, caching: string): Promise<Response> => {
    metrics.countRequest('console', 200);
    const zipped = /\bgzip\b/.test(context.req.header('accept-encoding') ?? '') ? await file.gzipped() : null;
    return new Response(zipped ?? file.bytes, {
      headers: { ...SAFE_HEADERS, 'content-type': file.mediaType, 'cache-control': caching, vary: 'accept-encoding', ...(zipped === null ? {} : { 'content-encoding': 'gzip' }) },
    });
  };
  const index = files.get('/index.html') as ConsoleFile;
  for (const screen of SCREENS) app.get(screen, (context) => serve(context, index, 'no-store'));
  for (const [name, file] of files) if (name !== '/index.html') app.get(name, (context) => serve(context, file, name.startsWith('/assets/') ? FOR_EVER : 'no-cache'));
  return true;
}
