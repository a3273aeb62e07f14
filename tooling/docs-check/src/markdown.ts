// As much of Markdown as the documents use: fences, headings, inline links and code spans.
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';

export interface MarkdownFile {
  /** Relative to the root, with slashes. */
  readonly path: string;
  readonly text: string;
}

export interface Fence {
  /** What stands behind the backticks: `sh run`. */
  readonly info: string;
  readonly text: string;
}

const IGNORED = new Set(['node_modules', 'dist', '.cache', '.git', '.hookline']);
const FENCE = /^```([^\n]*)\n([\s\S]*?)^```$/gm;

export function readMarkdownFile(root: string, file: string): MarkdownFile {
  return { path: file, text: readFileSync(path.join(root, file), 'utf8') };
}

/** Every document of the repository; what is installed or built is left out. */
export function readMarkdownFiles(root: string): MarkdownFile[] {
  return globSync('**/*.md', { cwd: root, exclude: (name) => IGNORED.has(name) })
    .map((file) => file.split(path.sep).join('/'))
    .sort()
    .map((file) => readMarkdownFile(root, file));
}

export function fencesOf(text: string): Fence[] {
  return [...text.matchAll(FENCE)].map(([, info = '', body = '']) => ({ info: info.trim(), text: body }));
}

const withoutFences = (text: string): string => text.replace(FENCE, '');

/** Targets of links and pictures, outside of code. */
export function linkTargetsOf(text: string): string[] {
  const prose = withoutFences(text).replace(/`[^`\n]*`/g, '');
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);
}

/** Code spans in prose. */
export function codeSpansOf(text: string): string[] {
  return [...withoutFences(text).matchAll(/`([^`\n]+)`/g)].map(([, code = '']) => code);
}

/** What `#…` may name in a document: GitHub's rule, the second of two equal headings numbered. */
export function anchorsOf(text: string): string[] {
  const counts = new Map<string, number>();
  return [...withoutFences(text).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => {
    const anchor = heading.trim().toLowerCase().replace(/[^\p{L}\p{N}\s_-]/gu, '').replace(/\s/g, '-');
    const count = counts.get(anchor) ?? 0;
    counts.set(anchor, count + 1);
    return count === 0 ? anchor : `${anchor}-${count}`;
  });
}
