// Every answer that a test gets is held against the OpenAPI document of the edge that gave it, and so is every body that was taken: the document cannot say something else than what happens.
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import type { OpenApiDocument } from '../src/operations/build-open-api.ts';

export interface Answered {
  readonly method: string;
  /** With its query. */
  readonly target: string;
  /** The body as JSON; undefined = none, or none that is JSON. */
  readonly sent: unknown;
  readonly status: number;
  readonly contentType: string | null;
  readonly text: string;
  readonly json: unknown;
}

interface Content {
  readonly content?: Readonly<Record<string, { readonly schema: object }>>;
}
interface Operation {
  readonly requestBody?: Content;
  readonly responses: Readonly<Record<string, Content>>;
}

/** What the document says otherwise, in words; null = nothing, also of what it does not describe (a path or a method that is not there). */
export function createDocumentCheck(document: OpenApiDocument): (answered: Answered) => string | null {
  const ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: false }).addSchema(document, 'document');
  const compiled = new Map<string, ValidateFunction>();
  const operations = Object.entries(document.paths).flatMap(([path, methods]) => Object.entries(methods).map(([method, operation]) => ({ path, method, operation: operation as unknown as Operation, parts: path.split('/') })));

  /** Of two paths that fit, the one that says more of it literally. */
  const find = (method: string, pathname: string) => {
    const parts = pathname.split('/');
    const fits = operations.filter((one) => one.method === method.toLowerCase() && one.parts.length === parts.length && one.parts.every((part, i) => part.startsWith('{') || part === parts[i]));
    return fits.sort((a, b) => a.path.split('{').length - b.path.split('{').length)[0];
  };
  const judge = (place: readonly string[], value: unknown): string | null => {
    const pointer = `document#/paths/${place.map((part) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'))).join('/')}`;
    const validate = compiled.get(pointer) ?? ajv.compile({ $ref: pointer });
    compiled.set(pointer, validate);
    return validate(value) ? null : ajv.errorsText(validate.errors);
  };

  return ({ method, target, sent, status, contentType, text, json }) => {
    const found = find(method, target.split('?')[0] as string);
    if (found === undefined) return null;
    const { path, operation } = found;
    const key = Object.hasOwn(operation.responses, status) ? String(status) : 'default';
    const response = operation.responses[key];
    if (response === undefined) return `${status} is not documented`;
    const mediaType = (contentType ?? '').split(';')[0] as string;
    if (response.content === undefined) return text === '' ? null : `a body with ${status} is not documented`;
    if (!Object.hasOwn(response.content, mediaType)) return `${mediaType} with ${status} is not documented`;
    if (!mediaType.endsWith('json')) return null;
    const wrong = judge([path, found.method, 'responses', key, 'content', mediaType, 'schema'], json);
    if (wrong !== null) return `the answer ${status}: ${wrong}`;
    // Items of a bulk body are judged one by one, and the platform's own calls answer 200 to everything.
    const isTakenWhole = status < 300 && !path.startsWith('/api/') && !path.startsWith('/event/') && ((json as { readonly rejected?: number } | undefined)?.rejected ?? 0) === 0;
    if (sent === undefined || !isTakenWhole || operation.requestBody?.content?.['application/json'] === undefined) return null;
    const refused = judge([path, found.method, 'requestBody', 'content', 'application/json', 'schema'], sent);
    return refused === null ? null : `a body that was taken: ${refused}`;
  };
}
