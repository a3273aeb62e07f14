import type { OpenApiDocument } from './build-open-api.ts';

// A page that needs nothing but itself: no script, no network, so that the strictest content security policy fits it.

const STYLE = `body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1a1a1a;background:#fff}
h2{margin-top:2.5rem;border-bottom:1px solid #ccc}details{margin:.5rem 0;border:1px solid #ddd;border-radius:6px}summary{cursor:pointer;padding:.5rem .75rem}
.method{display:inline-block;min-width:4.5rem;font-weight:700}code,pre{font:13px/1.45 ui-monospace,monospace}.inside{padding:0 .75rem .75rem}
pre{background:#f5f5f5;padding:.75rem;overflow:auto;border-radius:4px}td{padding:.1rem 1rem .1rem 0;vertical-align:top}
@media(prefers-color-scheme:dark){body{background:#161616;color:#e6e6e6}pre{background:#222}details{border-color:#444}}`;

export const DOCS_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

interface Operation {
  readonly tags: readonly string[];
  readonly summary: string;
  readonly description: string;
  readonly parameters: readonly { readonly name: string; readonly in: string; readonly required?: boolean; readonly description?: string; readonly schema: unknown }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: unknown }>> };
  readonly responses: Readonly<Record<string, { readonly description: string; readonly content?: Readonly<Record<string, { readonly schema: unknown }>> }>>;
}

export function docsPage(document: OpenApiDocument): string {
  const byTag = new Map<string, string[]>();
  for (const [path, methods] of Object.entries(document.paths)) {
    for (const [method, operation] of Object.entries(methods) as unknown as [string, Operation][]) {
      const tag = operation.tags[0] ?? '';
      byTag.set(tag, [...(byTag.get(tag) ?? []), printOperation(method, path, operation)]);
    }
  }
  const sections = [...byTag].map(([tag, operations]) => `<h2>${escape(tag)}</h2>${operations.join('')}`).join('');
  const schemas = Object.entries(document.components.schemas as Record<string, unknown>).map(([name, schema]) => `<details id="schema-${escape(name)}"><summary>${escape(name)}</summary><div class="inside">${printJson(schema)}</div></details>`).join('');
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Hookline API</title><style>${STYLE}</style></head>
<body><h1>Hookline API ${escape(document.info.version)}</h1><p>${escape(document.info.description)} The same as a document for tools: <a href="/openapi.json">/openapi.json</a>.</p><p>What destinations receive: <a href="/asyncapi.json">/asyncapi.json</a>, and the message alone as a JSON Schema: <a href="/schemas/message.json">/schemas/message.json</a>.</p>${sections}<h2>Shapes</h2>${schemas}</body></html>`;
}

function printOperation(method: string, path: string, operation: Operation): string {
  const parameters = operation.parameters.map((parameter) => `<tr><td><code>${escape(parameter.name)}</code></td><td>${escape(parameter.in)}</td><td>${escape(parameter.description ?? '')}</td></tr>`).join('');
  const body = Object.entries(operation.requestBody?.content ?? {}).map(([type, { schema }]) => `<p>Body, <code>${escape(type)}</code></p>${printJson(schema)}`).join('');
  const answers = Object.entries(operation.responses).map(([status, { description, content }]) => `<p><b>${escape(status)}</b> ${escape(description)}</p>${Object.values(content ?? {}).map(({ schema }) => printJson(schema)).join('')}`).join('');
  return `<details><summary><span class="method">${escape(method.toUpperCase())}</span> <code>${escape(path)}</code> ${escape(operation.summary)}</summary><div class="inside"><p>${escape(operation.description)}</p><table>${parameters}</table>${body}${answers}</div></details>`;
}

function printJson(schema: unknown): string {
  const text = escape(JSON.stringify(schema, null, 2));
  return `<pre>${text.replaceAll(/#\/components\/schemas\/([A-Za-z]+)/g, '<a href="#schema-$1">$1</a>')}</pre>`;
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
