import type { Setting } from '@hookline/edge';
import { SETTINGS } from './settings.ts';

/** docs/config/standalone.md, whole. A test compares it with the file. */
export function printConfigDocs(): string {
  const rows = Object.values<Setting<unknown>>(SETTINGS).map((setting) => {
    const fallback = setting.fallback === undefined || (Array.isArray(setting.fallback) && setting.fallback.length === 0) ? 'none' : `\`${String(setting.fallback)}\``;
    const notes = [...(setting.inFile ? ['Also in `main.json`.'] : []), ...(setting.secret ? ['A secret.'] : [])];
    return `| \`${setting.key}\` | ${fallback}${setting.unit === undefined || fallback === 'none' ? '' : ` ${setting.unit}`} | ${[setting.description, ...notes].join(' ')} |`;
  });
  return `# Settings

Given by environment variables, some also by \`main.json\` in the data directory; the environment wins. Settings that cannot be used end the process with exit code 78 and one line for each problem.
\`npm start -- --print-config\` shows what a start would use, and where each value comes from.

| Setting | Default | |
|---|---|---|
${rows.join('\n')}
`;
}
