import type { RequirementId } from '../requirements/catalogue.ts';
import { type Pair, scanPairs } from '../wire.ts';
import { readAnswer } from './answers.ts';
import { blemish } from './reading.ts';
import { type Operation, readRequest } from './requests.ts';

/** Something in a body that its sender should not have sent so. */
export interface Finding {
  readonly requirement: RequirementId;
  /** Where, in bytes of the body; its length, when something is missing. */
  readonly offset: number;
  readonly message: string;
  /** True when a receiver accepts the message all the same. */
  readonly tolerated: boolean;
}

/** Every finding in the body of a request, in the order of the bytes. Never throws. */
export function examineRequest(body: Uint8Array): Finding[] {
  const found: Finding[] = [];
  const pairs = scanPairs(body, ({ kind, offset, message }) =>
    found.push({ requirement: kind === 'escape' ? 'MSG-002' : 'MSG-001', offset, message, tolerated: false }),
  );
  return inOrder([...found, ...readRequest(pairs, body.length).findings, ...findUnescaped(pairs, 'MSG-002')]);
}

/** Every finding in the body of an answer to `operation`, in the order of the bytes. Never throws. */
export function examineAnswer(operation: Operation, body: Uint8Array): Finding[] {
  const found: Finding[] = [];
  const pairs = scanPairs(body, ({ offset, message }) =>
    found.push({ requirement: 'MSG-001', offset, message, tolerated: false }),
  );
  const errors = pairs.filter(({ name }) => name === 'error');
  return inOrder([
    ...found,
    ...readAnswer(operation, pairs, body.length).findings,
    ...findUnescaped(errors, 'MSG-042'),
  ]);
}

const percent = 0x25;

/** The first byte of each value that should be an escape and stands as it is. */
function findUnescaped(pairs: readonly Pair[], requirement: RequirementId): Finding[] {
  const findings: Finding[] = [];
  for (const { name, raw, valueOffset } of pairs) {
    const at = raw.findIndex((byte) => byte !== percent && !isAlphanumeric(byte));
    if (at !== -1) {
      findings.push(
        blemish(requirement, valueOffset + at, `expected an escape in the value of ${shown(name)}, saw a bare byte`),
      );
    }
  }
  return findings;
}

/** A name from the wire, fit for a report: short, and without control characters. */
function shown(name: string): string {
  return JSON.stringify(name.slice(0, 40));
}

function isAlphanumeric(byte: number): boolean {
  return (byte >= 0x30 && byte <= 0x39) || (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a);
}

function inOrder(findings: Finding[]): Finding[] {
  return findings.sort((one, other) => one.offset - other.offset);
}
