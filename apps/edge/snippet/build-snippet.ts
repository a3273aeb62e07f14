// Makes `src/pixel/snippet-text.ts` of `snippet.js`: a module, because not every runtime has files. Run after each change of the source; a test holds the two together.
import { readFileSync, writeFileSync } from 'node:fs';
import { minifySnippet, snippetModule } from './minify-snippet.ts';

const source = readFileSync(new URL('./snippet.js', import.meta.url), 'utf8');
writeFileSync(new URL('../src/pixel/snippet-text.ts', import.meta.url), snippetModule(await minifySnippet(source)));
