import { type Flaw, flaw } from './flaw.ts';
import { callFlaws } from './flaws-of-calls.ts';
import { checkFlaws } from './flaws-of-checks.ts';
import { readingFlaws } from './flaws-of-reading.ts';
import { transportFlaws } from './flaws-of-transport.ts';
import { issuedInMemory, keepsOtherAuthorities } from './store/forgetful-stores.ts';
import { MemoryStore } from './store/memory-store.ts';

/** Every flawed server, by what is wrong with it. */
export const flaws: readonly Flaw[] = [
  flaw('any-password', 'Accepts any user name and password.', { omits: ['credentials'] }),
  flaw('any-user', "Lets one customer's user enroll another customer's device.", { omits: ['account'] }),
  flaw('undefined-device', 'Enrolls a device that its configuration does not define.', { omits: ['device-defined'] }),
  flaw('disabled-device', 'Enrolls a device that is disabled.', { omits: ['device-enabled'] }),
  flaw('enrollment-flag-ignored', 'Enrolls although enrollment is disabled.', { omits: ['enrollment-enabled'] }),
  flaw('any-key', 'Accepts a key that is too short.', { omits: ['key-acceptable'] }),
  flaw('any-signature', 'Accepts a PKCS#10 signed with a broken hash.', { omits: ['signature-acceptable'] }),
  flaw('no-proof-of-possession', 'Does not verify the signature of the PKCS#10.', { omits: ['proof-of-possession'] }),
  flaw('any-subject', "Accepts another device's name in the PKCS#10.", { omits: ['subject'] }),
  flaw('challenge-ignored', 'Gives a nonce with getcacert and never asks for it.', { omits: ['challenge'] }),
  flaw('nonce-ignored', 'Accepts a nonce again with another PKCS#10.', { omits: ['nonce'] }),
  flaw('shared-key', "Certifies a key that is another device's.", { omits: ['key-owner'] }),

  flaw('issues-unapproved', 'Issues at once although an administrator must approve.', {
    settings: { approval: 'auto' },
  }),
  flaw('pending-forever', 'Goes on saying pending after the approval.', {
    transitions: { issued: { 'matching-retrieve': 'wait' } },
  }),
  flaw('rejection-ignored', 'Goes on saying pending after the rejection.', {
    transitions: { rejected: { 'matching-retrieve': 'wait', 'same-request': 'wait' } },
  }),
  flaw('races', 'Decides on a message by what was there a moment before.', { races: true }),
  flaw('keeps-nothing', 'Has everything in memory alone, and forgets it when it ends.', {
    keeps: () => new MemoryStore(),
  }),
  flaw('issued-in-memory', 'Keeps what waits, and has in memory alone what it issued.', { keeps: issuedInMemory }),
  flaw('former-certificates', 'Hands over what its former CA issued.', { keeps: keepsOtherAuthorities }),
  flaw('former-authority', 'Gives the CA certificate that it started with, whatever CA it has now.', {
    givesFirstAuthority: true,
  }),
  flaw('issues-twice', 'Issues another certificate each time the same request arrives.', {
    transitions: { issued: { 'same-request': 'issue', 'matching-retrieve': 'issue' } },
  }),
  flaw('retrieves-for-anyone', 'Answers a retrieve whose parameters are not those of the request.', {
    transitions: { issued: { 'other-retrieve': 'hand-over' }, pending: { 'other-retrieve': 'wait' } },
  }),
  flaw('retrieve-without-request', 'Says pending to a retrieve that no request came before.', {
    transitions: { none: { 'matching-retrieve': 'wait', 'other-retrieve': 'wait' } },
  }),
  flaw('no-re-enrollment', 'Hands over the old certificate when a device re-enrolls.', {
    transitions: { issued: { 'other-request': 'hand-over' } },
  }),
  flaw('serial-always-one', 'Gives every certificate the serial number 1.', {
    issuer: { serialNumber: Uint8Array.of(1) },
  }),
  flaw('serial-counts', 'Counts its serial numbers up from a random one.', { issuer: { serialCounts: true } }),
  flaw('nonce-counts', 'Counts the nonces of getcacert up from a random one.', { nonceCounts: true }),
  flaw('ca-certificates', 'Issues device certificates that are CA certificates.', { issuer: { ca: true } }),
  flaw('other-name', 'Issues a certificate with a name that is not the device’s.', {
    issuer: { commonName: 'somebody-else.example.com' },
  }),
  flaw('expired-certificates', 'Issues certificates that ended a hundred years ago.', {
    issuer: { shiftSeconds: -100 * 365 * 24 * 3600 },
  }),
  flaw('unknown-user-told', 'Tells an unknown user from a wrong password.', {
    errorText: ({ check }, message) => (check === 'credentials' ? `no access for ${message.username}` : undefined),
  }),
  flaw('spent-forgotten', 'Forgets that a PKCS#10 got its certificate, once another one took its place.', {
    transitions: {
      issued: { 'spent-request': 'open' },
      pending: { 'spent-request': 'open' },
      none: { 'spent-request': 'open' },
      rejected: { 'spent-request': 'open' },
    },
  }),
  flaw('retry-is-replay', 'Refuses a request that comes again as a replay.', {
    transitions: { issued: { 'same-request': 'refuse-replay' }, pending: { 'same-request': 'refuse-replay' } },
  }),
  flaw('first-request-stays', 'Keeps the first request of a device pending when it sends another.', {
    transitions: { pending: { 'other-request': 'wait' } },
  }),
  flaw('tells-retrieves-apart', 'Tells a retrieve with other parameters from one without a request.', {
    transitions: { issued: { 'other-retrieve': 'refuse-replay' } },
  }),
  flaw('nonce-of-device', 'Looks for a used nonce among those of the same device alone.', { nonceScope: 'device' }),
  flaw('pending-kept', 'Keeps a request pending for ever.', { settings: { pendingLifetimeSeconds: 1e9 } }),
  flaw('challenge-kept', 'Takes a challenge however old it is.', { settings: { challengeLifetimeSeconds: 1e9 } }),
  flaw('guessing-of-account', 'Looks at any number of passwords for one account.', {
    settings: { wrongPasswords: 1e9 },
  }),
  flaw('guessing-from-address', 'Looks at passwords for any number of accounts from one address.', {
    settings: { wrongPasswordsByAddress: 1e9 },
  }),
  flaw('account-locked', 'Locks an account for a day after its wrong passwords.', {
    settings: { wrongPasswordSeconds: 86_400 },
  }),
  flaw('polls-unlimited', 'Answers any number of polls.', { settings: { pendingPolls: 1e9 } }),
  flaw('tells-inside', 'Tells where in its program a password was found to be wrong.', {
    errorText: ({ check, error }) =>
      check === 'credentials' ? `Error: ${error} at Credentials.verify (/srv/muster/accounts.js:88)` : undefined,
  }),
  flaw('wrong-status', 'Says "server error" (12) where a refusal has a status of its own.', {
    statusInstead: Object.fromEntries([2, 3, 4, 5, 6, 7, 8, 9, 10, 11].map((status) => [status, 12])),
  }),
  flaw('duplicate-groups', 'Reads a configuration file with a duplicate group.', { omitsRules: ['duplicate-group'] }),
  flaw('duplicate-devices', 'Reads a configuration file with a duplicate device.', {
    omitsRules: ['duplicate-device'],
  }),
  flaw('duplicate-routes', 'Reads a configuration file with a duplicate route.', { omitsRules: ['duplicate-route'] }),
  flaw('applies-bad-reload', 'Drops its configuration when the file that it reloads has errors.', {
    appliesBadReload: true,
  }),
  flaw('unlimited-trial', 'Enrolls any number of devices without a license.', { omits: ['license'] }),
  flaw('any-license', 'Takes whatever stands in the license line for a license.', { trustsLicenses: true }),
  ...transportFlaws,
  ...callFlaws,
  ...readingFlaws,
  ...checkFlaws,
];
