import { CallBench, type Caller, type CallPlan } from '#harness/bench/call-bench.ts';
import { expectRefused, honestCallAfterwards, isRefused, refusesBoth } from '#harness/bench/call-flows.ts';
import { conformanceCase } from '#harness/case/details.ts';
import { test } from '#harness/case/server-test.ts';
import { createAuthority } from '#protocol/pki/authority.ts';
import { generateKeyPair, privateKeyPem, spkiOf } from '#protocol/pki/keys.ts';
import type { DistinguishedName } from '#protocol/pki/names.ts';
import { toPem } from '#protocol/pki/pem.ts';
import type { CryptoProfile } from '#protocol/pki/profiles.ts';

const control = 'an honest call of an enrolled device before and after, on the same server';

test(
  'A server takes no call and no usage over TLS without a certificate, whatever numbers the message bears',
  conformanceCase({
    id: 'SRV-CALL-021',
    version: 1,
    requirements: ['AFT-014'],
    control,
    mutants: ['calls-without-certificate'],
  }),
  async ({ bench }) => {
    const calls = new CallBench(bench);
    const caller = await calls.ready();
    await refusesBoth(calls, {}, 'a device that shows no certificate');
    await honestCallAfterwards(calls, caller);
  },
);

test(
  'A server takes no call with a certificate that is not of its CA, though it bears the name of an enrolled device',
  conformanceCase({
    id: 'SRV-CALL-022',
    version: 1,
    requirements: ['AFT-014'],
    control,
    mutants: ['any-client-certificate'],
  }),
  async ({ bench }) => {
    const calls = new CallBench(bench);
    const caller = await calls.ready();
    const { subject } = await bench.wire.authority();
    for (const [who, issuer] of [
      ['of another CA', [{ type: 'CN', value: 'Another CA' }]],
      ['of a CA with the same name', subject],
      ['that it signed itself', undefined],
    ] as const)
      await refusesBoth(
        calls,
        { as: await forged(caller, bench.profile, issuer) },
        `a device with a certificate ${who}`,
      );
    await honestCallAfterwards(calls, caller);
  },
);

/** A certificate in the caller’s name, of a CA of that name which is not the server’s; without a name, signed by itself. */
async function forged({ certificate }: Caller, profile: CryptoProfile, issuer?: DistinguishedName) {
  const { subject, notBefore, notAfter } = certificate;
  const key = await generateKeyPair(profile.deviceKey);
  const authority = createAuthority({
    subject: issuer ?? subject,
    key: issuer ? await generateKeyPair(profile.authorityKey) : key,
    signature: profile.authoritySignature,
    notBefore,
    notAfter,
  });
  const spki = spkiOf(key.publicKey);
  const { der } = authority.issue({ subject, spki, notBefore, notAfter, extendedKeyUsage: ['clientAuth'] });
  return { cert: toPem('CERTIFICATE', der), key: privateKeyPem(key) };
}

test(
  'A server takes no call with a certificate that has ended',
  conformanceCase({
    id: 'SRV-CALL-023',
    version: 1,
    requirements: ['AFT-014'],
    control: 'the same device calls before the end of its certificate',
    mutants: ['expired-client-certificate'],
  }),
  async ({ bench }) => {
    const calls = new CallBench(bench);
    const caller = await calls.ready({ controlled: { validitySeconds: 600, pendingLifetimeSeconds: 600 } });
    const { control: clock } = bench.deployment;
    if (!clock) return bench.judge.notApplicable('The clock of this server cannot be moved on.');
    bench.recorder.did('Eleven minutes pass at the server; the certificate was for ten.');
    clock.pass(660);
    await refusesBoth(calls, { as: caller.as }, 'a device with a certificate that has ended');
  },
);

test(
  'A server takes no call with a certificate that was revoked',
  conformanceCase({
    id: 'SRV-CALL-024',
    version: 1,
    requirements: ['AFT-014'],
    control: 'the same device calls before the revocation, and with a new certificate after it',
    mutants: ['revoked-client-certificate'],
  }),
  async ({ bench }) => {
    const calls = new CallBench(bench);
    const caller = await calls.ready();
    const { revoke } = bench.deployment;
    if (!revoke) return bench.judge.notApplicable('Nobody can be asked to revoke a certificate of this server.');
    bench.recorder.arrow('operator', 'server', 'revoke');
    await revoke(caller.certificate.serialNumber);
    await refusesBoth(calls, { as: caller.as }, 'a device whose certificate was revoked');
    await refusesBoth(calls, { transport: 'cleartext' }, 'that device in cleartext');
    await honestCallAfterwards(calls, await calls.enroll());
  },
);

test(
  'A server takes no call with a certificate of a CA that it had before',
  conformanceCase({
    id: 'SRV-CALL-025',
    version: 1,
    requirements: ['AFT-014'],
    control: 'the same device calls before the change, and again once it has re-enrolled',
    mutants: ['any-client-certificate'],
  }),
  async ({ bench }) => {
    const calls = new CallBench(bench);
    const caller = await calls.ready({ controlled: { validitySeconds: 600, pendingLifetimeSeconds: 600 } });
    const { control: clearinghouse } = bench.deployment;
    if (!clearinghouse) return bench.judge.notApplicable('The CA of this server cannot be changed from here.');
    bench.recorder.did('The clearinghouse CA is changed.');
    await clearinghouse.rotate();
    await refusesBoth(calls, { as: caller.as }, 'a device of the former CA');
    await honestCallAfterwards(calls, await calls.enroll());
  },
);

test(
  'A server takes no call of a device that was disabled, or taken out of the configuration, since it enrolled',
  conformanceCase({
    id: 'SRV-CALL-026',
    version: 1,
    requirements: ['AFT-004'],
    control,
    mutants: ['calls-of-disabled', 'calls-of-undefined'],
  }),
  async ({ bench }) => {
    const calls = new CallBench(bench);
    const caller = await calls.ready();
    await calls.reload({ disabled: [caller.identity] });
    await refusesBoth(calls, { as: caller.as }, 'a device that is disabled');
    await calls.reload({ without: [caller.identity] });
    await refusesBoth(calls, { as: caller.as }, 'a device that is not defined any more');
    await calls.reload({});
    await honestCallAfterwards(calls, caller);
  },
);

test(
  'A server takes calls in cleartext from enrolled devices alone, by their numbers',
  conformanceCase({
    id: 'SRV-CALL-027',
    version: 1,
    requirements: ['AFT-015', 'AFT-004'],
    control: 'the same message, once the device has enrolled',
    mutants: ['calls-of-unenrolled', 'calls-of-strangers'],
  }),
  async ({ bench }) => {
    const calls = new CallBench(bench);
    await calls.deploy();
    const cleartext = { transport: 'cleartext' } as const;
    await refusesBoth(calls, cleartext, 'a device that did not enroll');
    const nobody = calls.request({ customerId: '987654321', deviceId: '123456789' });
    expectRefused(calls, await calls.ask(nobody, cleartext), 'a call with numbers of nobody');
    const caller = await calls.enroll();
    await calls.control(caller);
    const again = await calls.ask(calls.request(), cleartext);
    if (isRefused(again)) bench.judge.notApplicable('This server takes no calls in cleartext at all.');
  },
);

const ownAddress: CallPlan = { callerName: '192.0.2.77', routes: ([one]) => [`callers "" ${one} 1`] };

test(
  'A server takes a call in cleartext of a device that is known by its address from there alone',
  conformanceCase({
    id: 'SRV-CALL-028',
    version: 1,
    requirements: ['AFT-015'],
    control: 'the same device calls over TLS with its certificate, wherever it is',
    mutants: ['calls-from-anywhere'],
  }),
  async ({ bench }) => {
    const calls = new CallBench(bench, ownAddress);
    await calls.ready();
    await refusesBoth(calls, { transport: 'cleartext' }, 'a device that does not call from its address');
  },
);

test(
  'A server with ssl enabled takes no call in cleartext',
  conformanceCase({
    id: 'SRV-CALL-029',
    version: 1,
    requirements: ['CFG-014', 'AFT-015'],
    control,
    mutants: ['ssl-flag-ignored'],
  }),
  async ({ bench }) => {
    const calls = new CallBench(bench);
    const caller = await calls.ready();
    await calls.reload({ flags: ['routing enabled', 'cdrs enabled', 'ssl enabled'] });
    await refusesBoth(calls, { transport: 'cleartext' }, 'an enrolled device in cleartext');
    await calls.reload({});
    await honestCallAfterwards(calls, caller);
  },
);
