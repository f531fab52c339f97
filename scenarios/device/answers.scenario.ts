import { acceptsAnswers } from '#harness/bench/device-flows.ts';
import { survives } from '#harness/bench/survival-flows.ts';
import { conformanceCase } from '#harness/case/details.ts';
import { test } from '#harness/case/device-test.ts';
import { answerFaults } from '#simulators/hostile/answer-faults.ts';
import { answerForms } from '#simulators/hostile/answer-forms.ts';

const control = 'the same server with its honest answer, accepted before and after';

test(
  'A device takes nothing for success but a status of exactly 0',
  conformanceCase({
    id: 'DEV-ANS-001',
    version: 2,
    requirements: ['MSG-038', 'MSG-039', 'MSG-047', 'MSG-011', 'MSG-009'],
    control,
    mutants: ['garbage-status-as-zero'],
  }),
  async ({ bench }) =>
    survives(bench, [
      answerFaults['status-abc'],
      answerFaults['status-empty'],
      answerFaults['status-00'],
      answerFaults['status-hex'],
      answerFaults['status-missing'],
      answerFaults['status-twice'],
      answerFaults['status-prefixed'],
    ]),
);

test(
  'A device is not enrolled by a certificate under the name of getcacert’s',
  conformanceCase({
    id: 'DEV-ANS-002',
    version: 2,
    requirements: ['MSG-045', 'MSG-012'],
    control,
    mutants: ['certificate-for-cert'],
  }),
  async ({ bench }) => survives(bench, [answerFaults['certificate-for-cert']]),
);

test(
  'A device takes an honest answer in every form that the protocol allows',
  conformanceCase({
    id: 'DEV-ANS-003',
    version: 1,
    requirements: ['MSG-017', 'MSG-018', 'MSG-008', 'MSG-009', 'MSG-010', 'MSG-046'],
    control: 'the same server with its answer in the usual form, accepted before',
    mutants: ['reads-raw-only'],
  }),
  async ({ bench }) => acceptsAnswers(bench, answerForms),
);

test(
  'A device reads a plus in base64 as a plus, raw as it stands in an answer',
  conformanceCase({
    id: 'DEV-ANS-024',
    version: 1,
    requirements: ['MSG-072', 'MSG-017'],
    control: 'where the raw answers are not taken, the same answers with their base64 escaped',
    mutants: ['plus-read-as-space'],
  }),
  async ({ bench }) => {
    const { judge } = bench;
    await bench.reset();
    const raw = await bench.perform('enroll');
    if (raw.kind === 'done') {
      return judge.proved('the device enrolled by answers in which every plus of the base64 stands raw');
    }
    await bench.reset();
    bench.answers.escapeBase64(true);
    const escaped = await bench.perform('enroll');
    const said = `"${raw.kind}" ${raw.detail}`.trim();
    if (escaped.kind === 'done')
      judge.violation(`With its plus signs escaped the device takes an answer, raw it says ${said}.`);
    judge.broken(`The device takes no answer, neither raw nor escaped: ${said}.`);
  },
);
