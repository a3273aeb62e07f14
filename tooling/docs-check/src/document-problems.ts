import { existsSync } from 'node:fs';
import path from 'node:path';
import { anchorsOf, codeSpansOf, linkTargetsOf, type MarkdownFile, readMarkdownFile } from './markdown.ts';

/** Relative links that lead nowhere: no such file, no such heading. Other sites are not asked. */
export function linkProblems(root: string, document: MarkdownFile): string[] {
  return linkTargetsOf(document.text).flatMap((target) => {
    if (/^[a-z][a-z0-9+.-]*:/i.test(target)) return [];
    const [file = '', anchor] = target.split('#');
    const found = file === '' ? document.path : path.posix.join(path.posix.dirname(document.path), file);
    if (found.startsWith('..') || !existsSync(path.join(root, found))) return [`${document.path}: ${target} is not there`];
    if (anchor === undefined) return [];
    const text = file === '' ? document.text : readMarkdownFile(root, found).text;
    return anchorsOf(text).includes(anchor) ? [] : [`${document.path}: ${target} names no heading of ${found}`];
  });
}

/** Paths of ours named in code spans: `packages/…`, `apps/…`, `tooling/…`, `docs/…`. A name with a placeholder is left alone. */
export function pathProblems(root: string, document: MarkdownFile): string[] {
  return codeSpansOf(document.text)
    .filter((code) => /^(packages|apps|tooling|docs)\/[\w./-]+$/.test(code))
    .filter((code) => !existsSync(path.join(root, code)))
    .map((code) => `${document.path}: ${code} is not there`);
}

interface SettingRow {
  readonly keys: readonly string[];
  readonly fallbacks: readonly string[];
}

/** Rows of tables whose first cell holds settings, several with a comma between. */
function settingRows(text: string): SettingRow[] {
  return [...text.matchAll(/^\| (`[A-Z][A-Z0-9_]+`(?:, `[A-Z][A-Z0-9_]+`)*) \| ([^|]+) \|/gm)].map(([, keys = '', fallbacks = '']) => ({
    keys: keys.split(', ').map((key) => key.replaceAll('`', '')),
    fallbacks: fallbacks.trim().split(', '),
  }));
}

/** Settings that `reference` does not have, or has with another default. */
export function settingProblems(document: MarkdownFile, reference: MarkdownFile): string[] {
  const known = new Map(settingRows(reference.text).map((row) => [row.keys[0], row.fallbacks[0]]));
  return settingRows(document.text).flatMap(({ keys, fallbacks }) =>
    keys.flatMap((key, index) => {
      const expected = valueOf(known.get(key));
      if (expected === undefined) return [`${document.path}: ${reference.path} has no ${key}`];
      const said = valueOf(fallbacks[index]);
      return said === expected ? [] : [`${document.path}: ${key} is ${said}, in ${reference.path} ${expected}`];
    }),
  );
}

/** The default without its unit. */
const valueOf = (cell: string | undefined): string | undefined => cell?.split(' ')[0];
