import { expectIssued, expectRefusal } from '#harness/bench/server-flows.ts';
import { conformanceCase } from '#harness/case/details.ts';
import { test } from '#harness/case/server-test.ts';
import { systemClock } from '#protocol/clock.ts';
import { goodPkcs10 } from '#simulators/hostile/pkcs10-forge.ts';

test(
  'A server lets a device enroll again with the key that it has, and gives it a new certificate',
  conformanceCase({
    id: 'SRV-LIF-002',
    version: 1,
    requirements: ['LIF-041', 'LIF-005'],
    control: 'the first enrollment with that key',
    mutants: ['no-re-enrollment'],
  }),
  async ({ bench }) => {
    await bench.deploy();
    const { deviceName } = bench.identity();
    const key = await bench.newKey();
    // Two PKCS#10s of one key: with a challenge in it the second differs, whatever the signature algorithm.
    const requestOf = async (challengePassword: string) => {
      const pkcs10 = goodPkcs10({ deviceName, key, profile: bench.profile, challengePassword });
      return bench.request(bench.identity(), { pkcs10 });
    };
    const first = expectIssued(bench, await bench.send(await requestOf('ONE')), 'the first PKCS#10 of the key');
    const second = expectIssued(bench, await bench.send(await requestOf('TWO')), 'another PKCS#10 of the same key');
    const serials = [first.serialNumber, second.serialNumber];
    bench.judge.require(serials[0] !== serials[1], 'the new certificate has a number of its own', serials.join(', '));
  },
);

test(
  'A server gives a PKCS#10 no other certificate once a newer one took its place',
  conformanceCase({
    id: 'SRV-LIF-003',
    version: 1,
    requirements: ['LIF-040', 'LIF-008', 'RET-062'],
    control: 'the newer request, retrieved after all',
    mutants: ['spent-forgotten', 'retrieves-for-anyone'],
  }),
  async ({ bench }) => {
    await bench.deploy();
    const [old, fresh] = [await bench.request(), await bench.request()];
    expectIssued(bench, await bench.send(old), 'the first request');
    expectIssued(bench, await bench.send(fresh), 'a newer request');
    expectRefusal(bench, await bench.send({ ...old, operation: 'retrieve' }), 9, 'a retrieve of the first');
    expectRefusal(bench, await bench.send(old), 10, 'the first request again');
    expectIssued(bench, await bench.send({ ...fresh, operation: 'retrieve' }), 'a retrieve of the newer one');
  },
);

test(
  'A server gives a PKCS#10 no other certificate once its own has expired',
  conformanceCase({
    id: 'SRV-LIF-004',
    version: 1,
    requirements: ['LIF-040', 'LIF-004'],
    control: 'a new PKCS#10 after that time, answered with a certificate',
    mutants: ['spent-forgotten'],
  }),
  async ({ bench }) => {
    await bench.deploy({ validitySeconds: 1 });
    const request = await bench.request();
    const { notAfter } = expectIssued(bench, await bench.send(request), 'the request');
    // A certificate is valid to the end of its last second.
    await systemClock.sleep((notAfter.getTime() + 1050 - systemClock.now().getTime()) / 1000);
    expectRefusal(bench, await bench.send(request), 10, 'the same request after its certificate expired');
    expectIssued(bench, await bench.send(await bench.request()), 'a new request');
  },
);
