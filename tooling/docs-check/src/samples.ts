// The samples of a document, in its order: `js file=NAME` is a file, `sh run` is run, `text expect` is what comes out of it; `…` there stands for anything. The line
// of `sh` that ends with `npm start` says with which settings the product has to be started.
import { fencesOf } from './markdown.ts';

export interface Samples {
  readonly settings: Readonly<Record<string, string>>;
  readonly files: readonly { readonly name: string; readonly text: string }[];
  /** All that is run, as one script. */
  readonly script: string;
  /** Lines that the script prints, each somewhere in its output. */
  readonly expected: readonly RegExp[];
}

export function samplesOf(text: string): Samples {
  const fences = fencesOf(text);
  const start = fences.filter(({ info }) => info === 'sh').flatMap((fence) => fence.text.split('\n')).find((line) => line.endsWith('npm start')) ?? '';
  return {
    settings: Object.fromEntries([...start.matchAll(/([A-Z_]+)=(\S+)/g)].map(([, key = '', value = '']) => [key, value])),
    files: fences.flatMap(({ info, text: body }) => {
      const name = /^js file=(\S+)$/.exec(info)?.[1];
      return name === undefined ? [] : [{ name, text: body }];
    }),
    script: fences.filter(({ info }) => info === 'sh run').map((fence) => fence.text).join('\n'),
    expected: fences.filter(({ info }) => info === 'text expect').flatMap((fence) => fence.text.trimEnd().split('\n')).map(toPattern),
  };
}

function toPattern(line: string): RegExp {
  return new RegExp(line.split('…').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('.*'));
}
