import { administration } from './administration.ts';
import { afterEnrollment } from './after-enrollment.ts';
import { caCertificate } from './ca-certificate.ts';
import { certificates } from './certificates.ts';
import { configurationFile } from './configuration-file.ts';
import { enrollmentRequest } from './enrollment-request.ts';
import { handshake } from './handshake.ts';
import { identity } from './identity.ts';
import { lifeCycle } from './life-cycle.ts';
import { messageExchange } from './message-exchange.ts';
import { messageForm } from './message-form.ts';
import { messageTransport } from './message-transport.ts';
import { proofOfPossession } from './proof-of-possession.ts';
import type { RequirementText } from './requirement.ts';
import { retrieval } from './retrieval.ts';
import { secrets } from './secrets.ts';

/**
 * Every normative statement of WO 01/47232 and every decision of this project, by id. An id is the area and a number; it
 * is permanent and never given to another requirement. An unknown id is a compile error.
 */
export const requirements = {
  ...identity,
  ...handshake,
  ...caCertificate,
  ...messageForm,
  ...messageExchange,
  ...messageTransport,
  ...enrollmentRequest,
  ...retrieval,
  ...proofOfPossession,
  ...certificates,
  ...lifeCycle,
  ...configurationFile,
  ...administration,
  ...afterEnrollment,
  ...secrets,
} as const satisfies Record<string, RequirementText>;

export type RequirementId = keyof typeof requirements;

/** One entry of the catalogue. */
export interface Requirement extends RequirementText {
  readonly id: RequirementId;
}

export function requirement(id: RequirementId): Requirement {
  return { id, ...requirements[id] };
}

/** The whole catalogue, in the order of the exchange. */
export function allRequirements(): Requirement[] {
  return (Object.keys(requirements) as RequirementId[]).map(requirement);
}

/** True when `id` is an id of the catalogue: for ids that come from outside, such as the command line. */
export function isRequirementId(id: string): id is RequirementId {
  return Object.hasOwn(requirements, id);
}
