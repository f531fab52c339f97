import { type ApiKey, access, methodAndPath } from '../access.ts';
import { type Operation, object, type Schema, text } from './operation.ts';

const failure: Schema = { description: 'Why it was not done.', content: json(object({ error: text, message: text })) };

/** The API as OpenAPI 3.1, made of what its operations say of themselves. */
export function describeApi(operations: Readonly<Partial<Record<ApiKey, Operation>>>): Schema {
  const paths: Record<string, Record<string, Schema>> = {};
  const all: Partial<Record<ApiKey, Operation>> = { 'GET /api/openapi.json': ofItself, ...operations };
  for (const [key, operation] of Object.entries(all) as [ApiKey, Operation][]) {
    const { method, path } = methodAndPath(key);
    const template = path.replace(/:(\w+)/g, '{$1}');
    paths[template] = { ...paths[template], [method.toLowerCase()]: described(key, operation) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Muster clearinghouse',
      version: '1',
      description:
        'The console for programs. A token is made in the console, under People and tokens; each has a role, and each operation says which one it needs.',
    },
    servers: [{ url: '/' }],
    security: [{ token: [] }],
    paths,
    components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
  };
}

const ofItself: Pick<Operation, 'summary' | 'answer'> & Operation = {
  summary: 'This description.',
  answer: { type: 'object' },
  run: async () => ({}),
};

function described(key: ApiKey, { summary, query = [], body, answer }: Operation): Schema {
  const { path } = methodAndPath(key);
  const inPath = [...path.matchAll(/:(\w+)/g)].map(([, name]) => ({ name, in: 'path', required: true, schema: text }));
  const inQuery = query.map((parameter) => ({ ...parameter, in: 'query' }));
  return {
    summary,
    description: `Needs the role ${access[key]}.`,
    'x-role': access[key],
    parameters: [...inPath, ...inQuery],
    ...(body ? { requestBody: { content: json(body) } } : {}),
    responses: { 200: { description: 'Done.', content: json(answer) }, default: failure },
  };
}

function json(schema: Schema): Schema {
  return { 'application/json': { schema } };
}
