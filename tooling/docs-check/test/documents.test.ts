import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { linkProblems, pathProblems, settingProblems } from '../src/document-problems.ts';
import { anchorsOf, readMarkdownFile, readMarkdownFiles } from '../src/markdown.ts';
import { samplesOf } from '../src/samples.ts';

const ROOT = path.resolve(import.meta.dirname, '../../..');

describe('the documents of this repository', () => {
  const documents = readMarkdownFiles(ROOT);

  it('are found', () => {
    expect(documents.map((document) => document.path)).toEqual(expect.arrayContaining(['README.md', 'ARCHITECTURE.md', 'GLOSSARY.md', 'docs/guarantees.md', 'packages/core/README.md']));
  });
  it('link to what is there', () => {
    expect(documents.flatMap((document) => linkProblems(ROOT, document))).toEqual([]);
  });
  it('name files that are there', () => {
    expect(documents.flatMap((document) => pathProblems(ROOT, document))).toEqual([]);
  });
  it('give the settings their real defaults', () => {
    const reference = readMarkdownFile(ROOT, 'docs/config/standalone.md');
    expect(documents.flatMap((document) => settingProblems(document, reference))).toEqual([]);
  });
});

describe('the checks', () => {
  const folders: string[] = [];
  afterEach(() => {
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
  });
  const folderWith = (files: Readonly<Record<string, string>>): string => {
    const root = mkdtempSync(path.join(tmpdir(), 'hookline-docs-'));
    folders.push(root);
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
      writeFileSync(path.join(root, name), text);
    }
    return root;
  };

  it('tell links that lead nowhere, and no others', () => {
    const root = folderWith({
      'docs/a.md': '# A\n[b](b.md#over-there) [up](../c.md) [site](https://example.com/) `[code](none.md)`\n```sh\n[fence](none.md)\n```\n[gone](gone.md) [no heading](b.md#nowhere) [own](#b)',
      'docs/b.md': '## Over there!',
      'c.md': '',
    });
    expect(linkProblems(root, readMarkdownFile(root, 'docs/a.md'))).toEqual(['docs/a.md: gone.md is not there', 'docs/a.md: b.md#nowhere names no heading of docs/b.md', 'docs/a.md: #b names no heading of docs/a.md']);
  });
  it('tell named files that are not there', () => {
    const root = folderWith({ 'a.md': '`packages/core/x.test.ts` `packages/core/y.test.ts` `packages/*/z.ts` `other/w.ts`', 'packages/core/x.test.ts': '' });
    expect(pathProblems(root, readMarkdownFile(root, 'a.md'))).toEqual(['a.md: packages/core/y.test.ts is not there']);
  });
  it('tell settings that are unknown or have another default', () => {
    const reference = { path: 'config.md', text: '| `PORT` | `80` | … |\n| `HOST` | `::1` | … |\n| `DAYS` | `9` days | … |\n| `KEY` | none | … |' };
    const text = '| `PORT`, `HOST` | `80`, `::1` | a |\n| `DAYS` | `9` | b |\n| `KEY` | none | c |\n| `PORT` | `81` | d |\n| `OTHER` | `1` | e |';
    expect(settingProblems({ path: 'a.md', text }, reference)).toEqual(['a.md: PORT is `81`, in config.md `80`', 'a.md: config.md has no OTHER']);
  });
  it('number equal headings as GitHub does', () => {
    expect(anchorsOf('# One\n## Two: `x`\n## Two: `x`\n```sh\n# three\n```')).toEqual(['one', 'two-x', 'two-x-1']);
  });
  it('read samples in order', () => {
    const samples = samplesOf('```sh\nA=1 B_C=x npm start\n```\n```sh run\none\n```\n```js file=a.mjs\nlet a;\n```\n```sh run\ntwo\n```\n```text expect\n{"a":[…]}\n```');
    expect(samples).toMatchObject({ settings: { A: '1', B_C: 'x' }, files: [{ name: 'a.mjs', text: 'let a;\n' }], script: 'one\n\ntwo\n' });
    expect(samples.expected.map((pattern) => [pattern.test('{"a":[1]}'), pattern.test('{"a":1}')])).toEqual([[true, false]]);
  });
});
