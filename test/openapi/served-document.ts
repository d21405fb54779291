import type { Client } from '../support/index.js';

export type Json = Readonly<Record<string, unknown>>;

export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query';
  readonly required: boolean;
  readonly example?: unknown;
}

export interface Answer {
  readonly description: string;
  readonly headers?: Json;
  readonly content?: Readonly<Record<string, { readonly schema: Json }>>;
}

export interface Operation {
  readonly summary: string;
  readonly parameters: readonly Parameter[];
  readonly requestBody?: {
    readonly content: Readonly<
      Record<string, { readonly examples: Readonly<Record<string, { readonly value: unknown }>> }>
    >;
  };
  readonly responses: Readonly<Record<string, Answer>>;
}

/** The OpenAPI document as a service serves it, as far as these tests look at it. */
export interface ApiDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, Json>>;
    readonly examples: Readonly<Record<string, { readonly value: unknown }>>;
  };
}

/** With the names of what runs at this moment in its examples, as the page shows it. */
export async function liveDocument(api: Client): Promise<ApiDocument> {
  return (await api.ask('GET', '/openapi.json?examples=live')).body as ApiDocument;
}

/** A request as it is sent when nothing is changed before pressing "Execute". */
export interface TriedOut {
  readonly url: string;
  readonly body: unknown;
}

/** `example`: the name of one for the body; absent for operations without. */
export function tryOut(
  document: ApiDocument,
  { method, path, example }: { method: string; path: string; example: string | undefined },
): TriedOut {
  const operation = operationOf(document, method, path);
  const inPath = operation.parameters.filter((one) => one.in === 'path');
  const filled = inPath.reduce(
    (url, { name, example: value }) => url.replace(`{${name}}`, encodeURIComponent(String(value))),
    path,
  );
  const query = new URLSearchParams(
    operation.parameters
      .filter((one) => one.in === 'query' && one.example !== undefined)
      .map(({ name, example: value }): [string, string] => [name, String(value)]),
  );
  const examples = examplesOf(operation);
  return {
    url: query.size === 0 ? filled : `${filled}?${query.toString()}`,
    body: example === undefined ? undefined : examples[example]?.value,
  };
}

export function operationOf(document: ApiDocument, method: string, path: string): Operation {
  const operation = document.paths[path]?.[method];
  if (operation === undefined) throw new Error(`${method} ${path} is not documented`);
  return operation;
}

export function examplesOf({
  requestBody,
}: Operation): Readonly<Record<string, { readonly value: unknown }>> {
  return requestBody?.content['application/json']?.examples ?? {};
}
