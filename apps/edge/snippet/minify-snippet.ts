import { minify } from 'terser';

/** The snippet as pages get it. */
export async function minifySnippet(source: string): Promise<string> {
  const { code } = await minify(source, { ecma: 2020, compress: { passes: 3, unsafe_arrows: true }, mangle: true, format: { ascii_only: true } });
  if (code === undefined) throw new TypeError('the minifier made nothing');
  return code;
}

export function snippetModule(text: string): string {
  return `// Made from snippet/snippet.js by snippet/build-snippet.ts; change it there.\n/** What \`GET /p.js\` answers. */\nexport const SNIPPET_TEXT: string = ${quote(text)};\n`;
}

/** In single quotes, as everything here. */
const quote = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'").replaceAll('\n', '\\n')}'`;
