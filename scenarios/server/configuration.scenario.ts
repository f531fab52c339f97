import { expectReloadRefused, expectStartRefused } from '#harness/bench/configuration-flows.ts';
import { expectFull, makeLicenseIssuer } from '#harness/bench/license-flows.ts';
import { expectRefusal, honestAfterwards } from '#harness/bench/server-flows.ts';
import { conformanceCase } from '#harness/case/details.ts';
import { test } from '#harness/case/server-test.ts';
import type { RequirementId } from '#protocol/requirements/catalogue.ts';

const control = 'the same file without the duplicate, with which the server starts and a device enrolls';

/** Each kind of duplicate: two lines that may not stand in one file, and what the message must name. */
const duplicates: {
  readonly id: string;
  readonly kind: string;
  readonly requirements: readonly [RequirementId, ...RequirementId[]];
  readonly lines: readonly [string, string];
  readonly named: string;
  readonly mutant: string;
}[] = [
  {
    id: 'SRV-CFG-001',
    kind: 'group',
    requirements: ['CFG-018', 'CFG-021', 'CFG-022', 'CFG-017', 'CFG-032'],
    lines: ['group "ACME ITSP"', 'group "ACME ITSP"'],
    named: 'ACME ITSP',
    mutant: 'duplicate-groups',
  },
  {
    id: 'SRV-CFG-002',
    kind: 'device',
    requirements: ['CFG-019', 'CFG-021', 'CFG-022', 'CFG-023'],
    lines: ['device twice.example.com bench enabled', 'device TWICE.example.com bench disabled'],
    named: 'twice.example.com',
    mutant: 'duplicate-devices',
  },
  {
    id: 'SRV-CFG-003',
    kind: 'route',
    requirements: ['CFG-020', 'CFG-021', 'CFG-022', 'CFG-025'],
    lines: ['route bench "+1 404..." DEVICE 1', 'route bench "+1 404..." DEVICE 2'],
    named: '+1 404...',
    mutant: 'duplicate-routes',
  },
];

for (const { id, kind, requirements, lines, named, mutant } of duplicates) {
  test(
    `A server refuses a configuration file with a duplicate ${kind}, at start and on reload, naming both lines`,
    conformanceCase({ id, version: 1, requirements, control, mutants: [mutant] }),
    async ({ bench }) => {
      const identity = bench.makeIdentity();
      const [first, second] = lines.map((line) => line.replace('DEVICE', identity.deviceName));
      const good = ['enroll enabled', 'group bench', `device ${identity.deviceName} bench enabled`, `${first}`];
      const bad = [...good, '# the same again', `${second}`].join('\n');
      const devices = [{ identity }];
      await expectStartRefused(bench, { devices, configuration: bad }, [named, 'line 4', 'line 6']);
      await bench.deploy({ devices, configuration: good.join('\n') });
      await bench.control();
      await expectReloadRefused(bench, bad, [named, 'line 4', 'line 6']);
      await honestAfterwards(bench);
    },
  );
}

test(
  'A running server that reads a file with errors keeps running on the file it had',
  conformanceCase({
    id: 'SRV-CFG-004',
    version: 1,
    requirements: ['CFG-022'],
    control: 'a good file, which takes effect when it is read',
    mutants: ['applies-bad-reload'],
  }),
  async ({ bench }) => {
    const identity = bench.makeIdentity();
    const file = (flag: string) => `enroll ${flag}\ngroup bench\ndevice ${identity.deviceName} bench enabled\n`;
    await bench.deploy({ devices: [{ identity }], configuration: file('enabled') });
    await bench.control();
    await expectReloadRefused(bench, `${file('disabled')}nonsense here\n`, ['nonsense', ':4:']);
    await honestAfterwards(bench);
    await bench.administrator.reload(file('disabled'));
    expectRefusal(bench, await bench.send(await bench.request()), 6, 'enrollment after a good file disabled it');
  },
);

test(
  'A server with ssl enabled refuses every request in cleartext, getcacert included',
  conformanceCase({
    id: 'SRV-CFG-005',
    version: 1,
    requirements: ['CFG-014', 'CFG-015'],
    control: 'the same server without the ssl line, which answers getcacert in cleartext',
    mutants: ['ssl-flag-ignored'],
  }),
  async ({ bench }) => {
    await bench.deploy({ flags: ['enroll enabled'] });
    const { answer } = await bench.wire.getCaCertificate({ transport: 'cleartext' });
    if (answer?.kind !== 'cacert')
      bench.judge.broken('The control is red: getcacert in cleartext without the ssl line.');
    await bench.deploy({ flags: ['enroll enabled', 'ssl enabled'] });
    const refused = await bench.wire.getCaCertificate({ transport: 'cleartext' });
    expectRefusal(bench, refused, 4, 'getcacert in cleartext', 403);
    const served = await bench.wire.getCaCertificate({ transport: 'tls' });
    bench.judge.require(served.answer?.kind === 'cacert', 'getcacert over TLS is answered', served.text.slice(0, 40));
  },
);

test(
  'A server reports every error of a configuration file at once, with line and column',
  conformanceCase({
    id: 'SRV-CFG-006',
    version: 1,
    requirements: ['CFG-016', 'CFG-021', 'CFG-026', 'CFG-027', 'CFG-028', 'CFG-001'],
    control: 'a file without errors, with which the server starts',
    mutants: ['duplicate-groups'],
  }),
  async ({ bench }) => {
    const identity = bench.makeIdentity();
    const devices = [{ identity }];
    const good = `enroll enabled\ngroup bench\ndevice ${identity.deviceName} bench enabled\n`;
    await bench.deploy({ devices, configuration: good });
    await bench.control();
    const bad = [
      'enroll perhaps',
      'group bench',
      'group bench',
      `device ${identity.deviceName} nowhere enabled`,
      'route bench "+1..." unknown.example.com 1',
      `route bench "+33..." ${identity.deviceName} heavy`,
      'frobnicate yes',
    ].join('\n');
    const named = ['perhaps', 'bench', 'nowhere', 'unknown.example.com', 'heavy', 'frobnicate'];
    await expectStartRefused(bench, { devices, configuration: bad }, [...named, '1:8', '3:', '4:', '5:', '6:', '7:1']);
  },
);

test(
  'A server reads a configuration file as its rules say: comments, quotes, the unnamed group, names without case',
  conformanceCase({
    id: 'SRV-CFG-007',
    version: 1,
    requirements: ['CFG-002', 'CFG-003', 'CFG-004', 'CFG-006', 'CFG-009', 'CFG-023', 'CFG-024', 'ADM-003'],
    control: 'the plain form of the same file',
    mutants: ['disabled-device'],
  }),
  async ({ bench }) => {
    const [one, two, off] = [bench.makeIdentity(0), bench.makeIdentity(1), bench.makeIdentity(2)];
    const devices = [one, two, off].map((identity) => ({ identity }));
    const configuration = [
      '# A comment, and a blank line after it.',
      '',
      "license 'an older key'",
      'license "the newest key"   # kept, and the last counts',
      'enroll enabled',
      "group ''",
      'group "with spaces"',
      `device ${one.deviceName.toUpperCase()} "" enabled`,
      `\tdevice "${two.deviceName}" 'with spaces' enabled enrolled`,
      `device ${off.deviceName} "with spaces" disabled # not yet`,
    ].join('\r\n');
    await bench.deploy({ devices });
    await bench.control(one);
    await bench.deploy({ devices, configuration });
    for (const identity of [one, two]) {
      const outcome = await bench.enroll(identity);
      bench.judge.require(outcome.kind === 'enrolled', `${identity.deviceName} of this file enrolls`, outcome.kind);
    }
    expectRefusal(bench, await bench.send(await bench.request(off)), 7, 'the disabled device of this file');
  },
);

test(
  'A server without a valid license is a trial version: it enrolls its number of devices and refuses the next; a license lifts that',
  conformanceCase({
    id: 'SRV-CFG-008',
    version: 1,
    requirements: ['CFG-007', 'CFG-033', 'CFG-006'],
    control: 'the same devices at the same server with a license for all of them',
    mutants: ['unlimited-trial', 'any-license'],
  }),
  async ({ bench }) => {
    const [one, two, three] = [bench.makeIdentity(0), bench.makeIdentity(1), bench.makeIdentity(2)];
    const { publicKey, license } = makeLicenseIssuer();
    const good = license(3, 1);
    const deploy = (keys: readonly string[]) => {
      for (const key of keys) bench.recorder.redaction.hide(key);
      const flags = [...keys.map((key) => `license "${key}"`), 'enroll enabled'];
      const devices = [one, two, three].map((identity) => ({ identity }));
      return bench.deploy({ devices, flags, trialDevices: 2, licensePublicKey: publicKey });
    };
    await deploy([good]);
    for (const identity of [one, two, three]) await bench.control(identity);
    for (const keys of [[], [good, 'no license at all'], [license(3, -1)], [makeLicenseIssuer().license(3, 1)]]) {
      await deploy(keys);
      await expectFull(bench, [one, two], three);
    }
  },
);
