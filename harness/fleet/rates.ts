import { MusterError } from '#protocol/errors.ts';
import { durationSeconds } from '../cli/duration.ts';
import type { Stage } from './plan.ts';

/** `50/s`, `0.5/s`, `1200/m`, in starts per second. @throws MusterError settings-invalid */
export function ratePerSecond(text: string): number {
  const [, number, unit] = /^(\d+(?:\.\d+)?)\/(s|m|h)$/.exec(text) ?? [];
  if (number !== undefined) return Number(number) / (unit === 's' ? 1 : unit === 'm' ? 60 : 3600);
  throw new MusterError('settings-invalid', `a rate as 50/s or 1200/m is expected, seen "${text}".`);
}

/** `30s:100/s,5m:100/s,30s:0/s`: how long each stage lasts, and the rate that it ends with. @throws MusterError settings-invalid */
export function stagesOf(text: string): Stage[] {
  return text.split(',').map((part) => {
    const [duration = '', rate = '', more] = part.trim().split(':');
    if (more !== undefined || rate === '') {
      throw new MusterError('settings-invalid', `stages as 30s:100/s,5m:100/s are expected, seen "${part}".`);
    }
    return { seconds: durationSeconds(duration), perSecond: ratePerSecond(rate) };
  });
}

/** `honest:95,replay:3,bad-pop:2`. @throws MusterError settings-invalid */
export function mixOf(text: string): { persona: string; share: number }[] {
  const mix = text.split(',').map((part) => {
    const [, persona = '', share] = /^\s*([\w-]+)\s*:\s*(\d+(?:\.\d+)?)\s*$/.exec(part) ?? [];
    if (share === undefined || Number(share) === 0) {
      throw new MusterError(
        'settings-invalid',
        `personas and shares as honest:95,replay:5 are expected, seen "${part}".`,
      );
    }
    return { persona, share: Number(share) };
  });
  const names = mix.map(({ persona }) => persona);
  const double = names.find((name, at) => names.indexOf(name) !== at);
  if (double === undefined) return mix;
  throw new MusterError('settings-invalid', `each persona once is expected, seen ${double} twice.`);
}

/** `2/5`: the second of five. @throws MusterError settings-invalid */
export function shardOf(text: string): { index: number; of: number } {
  const [, number, of] = /^(\d{1,6})\/(\d{1,6})$/.exec(text) ?? [];
  const index = Number(number) - 1;
  if (number !== undefined && index >= 0 && index < Number(of)) return { index, of: Number(of) };
  throw new MusterError('settings-invalid', `a shard as 1/5 up to 5/5 is expected, seen "${text}".`);
}
