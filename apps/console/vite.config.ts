import { fileURLToPath } from 'node:url';
import optimizeLocales from '@react-aria/optimize-locales-plugin';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** Others publish the condition `source` too, so ours is named by its path. */
const core = fileURLToPath(new URL('../../packages/core/src/index.ts', import.meta.url));

// What every screen needs goes into the first load; editor, charts and each screen are chunks of their own. Nothing is inlined: the page's policy allows no inline script.
export default defineConfig({
  plugins: [react(), { ...optimizeLocales.vite({ locales: ['en-US', 'ru-RU'] }), enforce: 'pre' }],
  resolve: { alias: { '@hookline/core': core } },
  build: { target: 'es2023', assetsInlineLimit: 0, modulePreload: { polyfill: false }, manifest: true, emptyOutDir: true, chunkSizeWarningLimit: 700 },
  server: { proxy: { '/v1': 'http://127.0.0.1:8787' } },
});
