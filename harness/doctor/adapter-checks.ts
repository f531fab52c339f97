import { MusterError, messageOf } from '#protocol/errors.ts';
import type { DeviceBench } from '../bench/device-bench.ts';
import { decide, installedCertificate } from '../bench/device-flows.ts';
import { verbUnsupported } from '../subject/adapter.ts';
import type { DeviceAdapter } from '../subject/adapter-device.ts';
import type { DeviceState, DeviceUnderTest, DeviceVerb, DeviceWord } from '../subject/device.ts';
import { type Check, fail, ok, type Seen, unknown, warn } from './check.ts';

const contract = 'See docs/device-adapter.md, «Verbs» and «Exit status».';
/** No adapter has it: what it says to this it would say to any verb that is yet to come. */
const noVerb = 'muster-doctor-asks-for-no-verb';
/** What Muster makes something of; the others are words for the report. */
const knownCapabilities = ['parallel', 'clock', 'getcacert over TLS', 'calls'];

/** `find` throws when there is none. */
export function adapterCheck(address: string, find: () => unknown): Check {
  return {
    id: 'adapter',
    expected: 'an executable file, or http://HOST:PORT/PATH',
    look: () => {
      find();
      return ok(address);
    },
  };
}

/** What an adapter is, and the verb that it cannot have. */
export function adapterChecks(adapter: DeviceAdapter, device: DeviceUnderTest): readonly Check[] {
  return [
    {
      id: 'adapter-info',
      expected: 'info to print the name and the version of the device',
      look: async () => infoSeen(await device.info()),
    },
    {
      id: 'adapter-unknown-verb',
      expected: `exit status ${verbUnsupported} for a verb that it does not know`,
      needs: 'adapter-info',
      look: async () => unknownVerbSeen((await adapter.run(noVerb, {})).exitCode),
    },
  ];
}

/** A device's life with a server that issues at once. `calls`: does it declare that it can be told to call? */
export function promptChecks(bench: DeviceBench, calls: boolean): readonly Check[] {
  const { verb, state } = checksAt(bench);
  return [
    verb('adapter-reset', 'reset', 'done', 'adapter-info'),
    state('adapter-status-at-factory', 'none', 'adapter-reset'),
    verb('adapter-enroll', 'enroll', 'done', 'adapter-reset'),
    state('adapter-status-enrolled', 'enrolled', 'adapter-enroll'),
    verb('adapter-renew', 'renew', 'done', 'adapter-enroll'),
    ...(calls ? [verb('adapter-call', 'call', 'done', 'adapter-enroll')] : []),
  ];
}

/** The same with a server whose administrator approves. The device has been through the other, and is known to enroll. */
export function waitingChecks(bench: DeviceBench): readonly Check[] {
  const { verb, state } = checksAt(bench);
  const ready = async (): Promise<void> => bench.reset();
  return [
    verb('adapter-enroll-to-wait', 'enroll', 'pending', 'adapter-enroll', ready),
    state('adapter-status-pending', 'pending', 'adapter-enroll-to-wait'),
    verb('adapter-retrieve', 'retrieve', 'done', 'adapter-enroll-to-wait', () => decide(bench, 'approve')),
  ];
}

function checksAt(bench: DeviceBench) {
  return {
    verb: (
      id: string,
      verb: DeviceVerb,
      expected: DeviceWord['kind'],
      needs: string,
      before = async () => {},
    ): Check => ({
      id,
      expected: `${verb} to end as: ${expected}`,
      needs,
      look: async () => {
        await before();
        return wordSeen(verb, await bench.attempt(verb), expected);
      },
    }),
    state: (id: string, expected: DeviceState['state'], needs: string): Check => ({
      id,
      expected: `status to say: ${expected}`,
      needs,
      look: () => stateSeen(bench, expected),
    }),
  };
}

export function infoSeen({ name, version, capabilities }: Awaited<ReturnType<DeviceUnderTest['info']>>): Seen {
  const known = capabilities.filter((word) => knownCapabilities.includes(word));
  const words = capabilities.filter((word) => !knownCapabilities.includes(word));
  const seen = [
    `${name} ${version}`,
    `capabilities: ${known.join(', ') || 'none that Muster makes something of'}`,
    ...(words.length > 0 ? [`words for the report: ${words.join(', ')}`] : []),
  ].join('; ');
  if (name === 'unnamed device' || version === 'unknown') {
    return warn(seen, 'Let info print "name" and "version": a report without them says nothing of which device it is.');
  }
  return ok(seen);
}

export function unknownVerbSeen(status: number | undefined): Seen {
  if (status === verbUnsupported) return ok(`${status}`);
  const seen = status === undefined ? 'it did not end in time' : `${status}`;
  const mend = `End with ${verbUnsupported}: else a case that needs such a verb is an error, or worse, taken for done.`;
  return status === 0 ? fail(seen, mend) : warn(seen, mend);
}

/** A verb that is not supported makes cases not applicable: that is told, and no failure, but for what every case needs. */
function wordSeen(verb: DeviceVerb, { kind, detail }: DeviceWord, expected: DeviceWord['kind']): Seen {
  const seen = detail === '' ? kind : `${kind}: ${detail}`;
  if (kind === expected) return ok(seen);
  const isOptional = verb !== 'reset' && verb !== 'enroll';
  if (kind === 'unsupported' && isOptional)
    return warn(seen, `The cases that need it are then not applicable. ${contract}`);
  if (kind === 'unseen') return unknown(seen, 'A person who sees the device has to be there.');
  return fail(seen, `Run the verb by hand with the MUSTER_* variables of a case, and see what it does. ${contract}`);
}

async function stateSeen(bench: DeviceBench, expected: DeviceState['state']): Promise<Seen> {
  const mend = `Print the state that the device is in, with the certificate that it holds. ${contract}`;
  try {
    const { state } = await bench.status();
    if (state !== expected) return fail(state, mend);
    if (state !== 'enrolled') return ok(state);
    const certificate = await installedCertificate(bench);
    if (!certificate) return fail('enrolled, without the certificate', mend);
    return certificate.subjectText.includes(bench.identity.deviceName)
      ? ok(`enrolled, ${certificate.subjectText}`)
      : fail(`enrolled, with the certificate of ${certificate.subjectText}`, mend);
  } catch (thrown) {
    if (thrown instanceof MusterError) return fail(messageOf(thrown), mend);
    throw thrown;
  }
}
