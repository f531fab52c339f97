import type { LoadPlanView } from '#reports/load-record.ts';
import type { FleetPlan } from './plan.ts';

/** The plan as a reader of a report wants it. */
export function planInWords(plan: FleetPlan): LoadPlanView {
  const { model, life, calls, mix, limits, approvalsPerSecond, target } = plan;
  const lines: (readonly [string, string] | undefined)[] = [
    ['Simulators', String(plan.to - plan.from)],
    model.kind === 'open'
      ? [
          'Rate',
          [
            `${model.perSecond}/s`,
            ...model.stages.map(({ seconds, perSecond }) => `in ${seconds} s to ${perSecond}/s`),
          ].join(', '),
        ]
      : undefined,
    ['At once', `at most ${plan.inFlight}`],
    ['Keys', plan.keyKind],
    ['Profile', plan.profile],
    ['Connections', life.holdSeconds > 0 ? `${plan.connections}, held for ${life.holdSeconds} s` : plan.connections],
    ['Time-out of a message', `${plan.timeoutSeconds} s`],
    ['Polls', `every ${life.pollSeconds} s, at most ${life.polls}`],
    life.renewals > 0 ? ['Renewals of each', String(life.renewals)] : undefined,
    life.storm ? ['Renewal storm', 'all at once, after the last enrollment'] : undefined,
    calls === undefined
      ? undefined
      : ['Calls of each', `${calls.each} to ${calls.calledNumber}, ${calls.everySeconds} s apart`],
    approvalsPerSecond === undefined ? undefined : ['Approvals', `${approvalsPerSecond}/s`],
    target.kind === 'built-in' && target.validitySeconds !== undefined
      ? ['Lifetime of certificates', `${target.validitySeconds} s`]
      : undefined,
    mix.length > 1 || mix[0]?.persona !== 'honest'
      ? ['Mix', mix.map(({ persona, share }) => `${persona} ${share}`).join(', ')]
      : undefined,
    ['Late', `more than ${limits.lateMs} ms after the intended start`],
  ];
  return { model: model.kind, lines: lines.filter((line) => line !== undefined) };
}
