import { enrollmentView, transactionStates } from '../../http/management.ts';
import type { ApiKey } from '../access.ts';
import type { Desk } from '../desk.ts';
import { badRequest } from '../failure.ts';
import { listOf, type Operation, object, text, time } from './operation.ts';

const state = { enum: transactionStates };
const enrollment = object({
  id: text,
  device: text,
  state,
  requestedAt: time,
  fingerprint: text,
  from: text,
  'reason?': text,
});

type EnrollmentKey = Extract<ApiKey, `${string} /api/enrollments${string}` | 'POST /api/reload'>;

export function enrollmentOperations({ server }: Desk): Record<EnrollmentKey, Operation> {
  return {
    'GET /api/enrollments': {
      summary: 'The enrollments, all or of one state, oldest first.',
      query: [{ name: 'state', description: 'Of this state alone.', schema: state }],
      answer: object({ enrollments: listOf(enrollment) }),
      run: async ({ query }) => {
        const word = query.get('state');
        const known = transactionStates.find((candidate) => candidate === word);
        if (word !== null && known === undefined) {
          throw badRequest(`state: expected ${transactionStates.join(', ')}.`);
        }
        return { enrollments: (await server.engine.list(known)).map(enrollmentView) };
      },
    },
    'POST /api/enrollments/:id/approve': {
      summary: 'Approves a pending enrollment: the device gets its certificate when it asks next.',
      answer: enrollment,
      run: async ({ params: { id = '' }, who }) =>
        enrollmentView(await server.engine.decide(id, { kind: 'approve' }, who.name)),
    },
    'POST /api/enrollments/:id/reject': {
      summary: 'Rejects a pending enrollment; the reason stays with the administrators.',
      body: { type: 'object', properties: { reason: text } },
      answer: enrollment,
      run: async ({ params: { id = '' }, who, body }) =>
        enrollmentView(await server.engine.decide(id, { kind: 'reject', reason: String(body.reason ?? '') }, who.name)),
    },
    'POST /api/reload': {
      summary: 'Reads the configuration file and the accounts file again.',
      answer: object({ reloaded: { const: true } }),
      run: async () => {
        await server.reload();
        return { reloaded: true };
      },
    },
  };
}
