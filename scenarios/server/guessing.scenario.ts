import { expectIssued, expectRefusal } from '#harness/bench/server-flows.ts';
import { enrollsWithin } from '#harness/bench/server-http-flows.ts';
import {
  countOf,
  expectAlikeInTime,
  expectAllAnswered,
  expectLimited,
  inStep,
  manyTimes,
} from '#harness/bench/server-limit-flows.ts';
import { conformanceCase } from '#harness/case/details.ts';
import { test } from '#harness/case/server-test.ts';
import { systemClock } from '#protocol/clock.ts';

test(
  'A server spends as much work on an unknown user as on a wrong password',
  conformanceCase({
    id: 'SRV-CRD-005',
    version: 2,
    requirements: ['ADM-043', 'ADM-009'],
    control: 'an honest device, enrolled before and after',
    mutants: ['unknown-user-fast'],
  }),
  async ({ bench }) => {
    await bench.deploy({ costlyPasswords: true });
    await bench.control();
    const request = await bench.request();
    const wrong = { ...request, password: 'not-the-password' };
    const unknown = { ...wrong, username: 'nobody-of-that-name' };
    await expectAlikeInTime(bench, wrong, unknown);
    await bench.control();
  },
);

test(
  'A server stops looking at passwords for an account after a thousand wrong ones, and serves other devices',
  conformanceCase({
    id: 'SRV-CRD-006',
    version: 1,
    requirements: ['ADM-040', 'ADM-041', 'MSG-128'],
    control: 'the other device, enrolled before and while the first is limited',
    mutants: ['guessing-of-account'],
  }),
  async ({ bench }) => {
    const [guessed, other] = [bench.makeIdentity(0), bench.makeIdentity(1)];
    await bench.deploy({ devices: [{ identity: guessed }, { identity: other }] });
    await bench.control(other);
    const guess = await bench.request(guessed, { password: 'not-the-password' });
    const answers = await manyTimes(bench, guess, 1000);
    const looked = countOf(answers, 200);
    bench.judge.require(
      looked < 200,
      'of a thousand wrong passwords most are not looked at',
      `${looked} of ${answers.length} answers`,
    );
    // Meanwhile the server may have forgotten a few.
    let next = await bench.send(guess, { impatient: true });
    for (let more = 0; more < 5 && next.http.status !== 429; more++)
      next = await bench.send(guess, { impatient: true });
    expectLimited(bench, next, 'the next wrong password');
    const right = await bench.send(await bench.request(guessed), { impatient: true });
    expectLimited(bench, right, 'the right password, while the limit holds');
    await bench.control(other);
  },
);

test(
  'A server takes the right password again after the time that it told',
  conformanceCase({
    id: 'SRV-CRD-007',
    version: 1,
    requirements: ['ADM-042', 'MSG-128'],
    control: 'the same request, refused while the limit held',
    mutants: ['account-locked'],
  }),
  async ({ bench }) => {
    await bench.deploy({ wrongPasswords: 3, wrongPasswordSeconds: 0.8 });
    await bench.control();
    const request = await bench.request();
    for (const count of ['first', 'second', 'third']) {
      const reply = await bench.send({ ...request, password: 'not-the-password' });
      expectRefusal(bench, reply, 3, `the ${count} wrong password`);
    }
    const seconds = expectLimited(
      bench,
      await bench.send(request, { impatient: true }),
      'the right password after three wrong ones',
    );
    bench.judge.require(seconds <= 5, 'Retry-After is a time that can be waited for', `${seconds} s`);
    await systemClock.sleep(seconds);
    expectIssued(bench, await bench.send(request), 'the same request after that time');
  },
);

test(
  'A server stops looking at passwords for ever new accounts from one address',
  conformanceCase({
    id: 'SRV-CRD-008',
    version: 1,
    requirements: ['ADM-040', 'MSG-128'],
    control: 'an honest device, enrolled before',
    mutants: ['guessing-from-address'],
  }),
  async ({ bench }) => {
    await bench.deploy({ expendable: true });
    await bench.control();
    const guess = await bench.request(bench.identity(), { password: 'not-the-password' });
    const answers = await manyTimes(bench, guess, 500, (message, number) => ({ ...message, customer: `${number}` }));
    const looked = countOf(answers, 200);
    bench.judge.require(
      looked < 400,
      'of passwords for five hundred accounts some are not looked at',
      `${looked} of ${answers.length} were`,
    );
  },
);

test(
  'A server tells a device that polls fifty times a second when to come again, and serves others',
  conformanceCase({
    id: 'SRV-LIM-001',
    version: 1,
    requirements: ['RET-063', 'MSG-128'],
    control: 'another device, enrolled while the first is limited; the first retrieve, answered pending',
    mutants: ['polls-unlimited'],
  }),
  async ({ bench }) => {
    const [impatient, other] = [bench.makeIdentity(0), bench.makeIdentity(1)];
    const devices = [{ identity: impatient }, { identity: other }];
    const { operator } = await bench.deploy({ approval: 'manual', devices });
    const request = await bench.request(impatient);
    await bench.send(request);
    const answers = await manyTimes(bench, { ...request, operation: 'retrieve' }, 150);
    bench.judge.require(
      answers[0]?.status === 200 && countOf(answers, 429) > 0,
      'the first poll is answered, and of 150 some are told to come later',
      `${countOf(answers, 200)} answered, ${countOf(answers, 429)} told to come later`,
    );
    const next = await bench.send({ ...request, operation: 'retrieve' }, { impatient: true });
    expectLimited(bench, next, 'the next poll');
    await bench.control(other);
    await operator?.approve(impatient.deviceName);
    const retrieve = await bench.send({ ...request, operation: 'retrieve' });
    expectIssued(bench, retrieve, 'a retrieve after the approval, which no limit holds');
  },
);

test(
  'A server answers a thousand devices that ask at the same moment, and serves another beside them',
  conformanceCase({
    id: 'SRV-LIM-002',
    version: 1,
    requirements: ['MSG-132'],
    control: 'a device that enrolls before them',
    mutants: ['sheds-load'],
  }),
  async ({ bench }) => {
    const identities = Array.from({ length: 1001 }, (_, number) => bench.makeIdentity(number));
    await bench.deploy({ approval: 'manual', devices: identities.map((identity) => ({ identity })) });
    await bench.control();
    const messages = await Promise.all(identities.slice(1).map((identity) => bench.request(identity)));
    const answers = inStep(bench, messages);
    await enrollsWithin(bench, 30, 'meanwhile');
    expectAllAnswered(bench, await answers, messages.length);
  },
);
