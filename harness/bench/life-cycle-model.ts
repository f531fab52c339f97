import fc from 'fast-check';
import type { EnrollmentMessage } from '#protocol/messages/requests.ts';
import { parseCertificate } from '#protocol/pki/certificate.ts';
import { demand } from './property.ts';
import type { ServerBench } from './server-bench.ts';
import { describeAnswer, type Reply } from './server-reply.ts';

/** What the model knows of one device at the server. */
interface DeviceModel {
  readonly state: 'none' | 'pending' | 'issued' | 'rejected';
  /** The request that the state is about. */
  readonly message?: EnrollmentMessage;
  /** Hexadecimal DER, once it was seen. */
  readonly certificate?: string;
}

/** The clearinghouse as it should be, with approval by hand: much simpler than any server. */
export interface LifeCycleModel {
  readonly devices: DeviceModel[];
  readonly serials: Set<string>;
  /** Certificates seen, each counted once. */
  issued: number;
}

export function emptyModel(devices: number): LifeCycleModel {
  return { devices: Array.from({ length: devices }, () => ({ state: 'none' })), serials: new Set(), issued: 0 };
}

type Command = fc.AsyncCommand<LifeCycleModel, ServerBench>;

interface CommandRow {
  readonly name: string;
  readonly allowed: (device: DeviceModel) => boolean;
  readonly run: (model: LifeCycleModel, device: number, bench: ServerBench) => Promise<void>;
}

const deviceOf = (model: LifeCycleModel, number: number): DeviceModel => model.devices[number] ?? { state: 'none' };

/** What may be done to a device, and what must be answered then. */
const rows: readonly CommandRow[] = [
  {
    name: 'new request',
    allowed: () => true,
    run: async (model, number, bench) => {
      const message = await bench.request(bench.identity(number));
      const reply = await bench.send(message);
      demand(reply.answer?.kind === 'pending', `a new request was answered ${describeAnswer(reply)}`);
      model.devices[number] = { state: 'pending', message };
    },
  },
  {
    name: 'same request again',
    allowed: ({ message }) => message !== undefined,
    run: async (model, number, bench) => {
      const { message } = deviceOf(model, number);
      if (message) expectState(model, number, await bench.send(message), 'the same request again');
    },
  },
  {
    name: 'retrieve',
    allowed: ({ message }) => message !== undefined,
    run: async (model, number, bench) => {
      const { message } = deviceOf(model, number);
      if (message) expectState(model, number, await bench.send({ ...message, operation: 'retrieve' }), 'a retrieve');
    },
  },
  {
    name: 'retrieve of another PKCS#10',
    allowed: () => true,
    run: async (_model, number, bench) => {
      const reply = await bench.send(await bench.request(bench.identity(number), { operation: 'retrieve' }));
      expectStatus(reply, 9, 'a retrieve of another PKCS#10');
    },
  },
  {
    name: 'request with a wrong password',
    allowed: () => true,
    run: async (_model, number, bench) => {
      const reply = await bench.send(await bench.request(bench.identity(number), { password: 'not-the-password' }));
      expectStatus(reply, 3, 'a request with a wrong password');
    },
  },
  {
    name: 'approve',
    allowed: ({ state }) => state === 'pending',
    run: async (model, number, bench) => {
      await bench.deployment.operator?.approve(bench.identity(number).deviceName);
      model.devices[number] = { ...deviceOf(model, number), state: 'issued' };
    },
  },
  {
    name: 'reject',
    allowed: ({ state }) => state === 'pending',
    run: async (model, number, bench) => {
      await bench.deployment.operator?.reject(bench.identity(number).deviceName, 'by the model');
      model.devices[number] = { ...deviceOf(model, number), state: 'rejected' };
    },
  },
];

/** Every command on every device, for fc.commands. */
export function lifeCycleCommands(devices: number): fc.Arbitrary<Command>[] {
  return rows.map((row) =>
    fc.nat(devices - 1).map(
      (device): Command => ({
        check: (model) => row.allowed(deviceOf(model, device)),
        run: (model, bench) => row.run(model, device, bench),
        toString: () => `${row.name} (device ${device})`,
      }),
    ),
  );
}

function expectState(model: LifeCycleModel, number: number, reply: Reply, what: string): void {
  const { state, certificate } = deviceOf(model, number);
  if (state === 'rejected') {
    expectStatus(reply, 8, what);
    return;
  }
  const expected = state === 'issued' ? 'issued' : 'pending';
  demand(reply.answer?.kind === expected, `${what} was answered ${describeAnswer(reply)}, not ${expected}`);
  if (reply.answer?.kind !== 'issued') return;
  const seen = Buffer.from(reply.answer.certificate).toString('hex');
  demand(certificate === undefined || certificate === seen, `${what} got another certificate than before`);
  if (certificate !== undefined) return;
  model.serials.add(parseCertificate(reply.answer.certificate).serialNumber);
  model.issued += 1;
  model.devices[number] = { ...deviceOf(model, number), certificate: seen };
}

function expectStatus(reply: Reply, status: number, what: string): void {
  const { answer } = reply;
  demand(
    answer?.kind === 'refused' && answer.status === status,
    `${what} was answered ${describeAnswer(reply)}, not status ${status}`,
  );
}
