import type { EnrollmentMessage } from '#protocol/messages/requests.ts';
import type { Identity } from '../case/identity.ts';
import type { Deployment } from '../subject/server.ts';

/** A device of the deployment; the first unless a number is given. */
export function deviceOf({ identities }: Deployment, number = 0): Identity {
  const identity = identities[number];
  if (!identity) throw new Error(`The deployment has no device number ${number}.`);
  return identity;
}

/** The device that a message is of; undefined when none of the deployment has these numbers. */
export function senderOf(
  { identities }: Deployment,
  { device, customer }: Pick<EnrollmentMessage, 'device' | 'customer'>,
): string | undefined {
  return identities.find((one) => one.device === device && one.customer === customer)?.deviceName;
}
