import type { AuditEvent } from '../../audit.ts';
import type { Tone } from './badge.ts';

/** What happened, for people. */
export const eventWords: Readonly<Record<AuditEvent['event'], readonly [Tone, string]>> = {
  started: ['quiet', 'server started'],
  stopped: ['quiet', 'server stopped'],
  getcacert: ['quiet', 'CA certificate given'],
  pending: ['wait', 'asked, waits'],
  issued: ['good', 'certificate issued'],
  'handed-over': ['good', 'certificate handed over'],
  refused: ['bad', 'refused'],
  approved: ['good', 'approved'],
  rejected: ['bad', 'rejected'],
  reloaded: ['quiet', 'configuration read'],
  'reload-failed': ['bad', 'configuration has errors'],
  'authority-changed': ['watch', 'another CA'],
  'configuration-changed': ['quiet', 'configuration changed'],
  'configuration-unwritten': ['bad', 'configuration not written'],
  license: ['watch', 'license'],
  'signed-in': ['quiet', 'signed in'],
  'sign-in-refused': ['bad', 'sign-in refused'],
  'signed-out': ['quiet', 'signed out'],
  'person-changed': ['watch', 'people changed'],
  'token-changed': ['watch', 'tokens changed'],
  'rule-changed': ['watch', 'approval rule changed'],
  'certificate-revoked': ['bad', 'certificate revoked'],
  'fault-begun': ['watch', 'misbehaves on purpose'],
  'fault-ended': ['quiet', 'behaves again'],
  authorized: ['good', 'call authorized'],
  'authorization-refused': ['bad', 'call refused'],
  usage: ['quiet', 'usage reported'],
  'usage-refused': ['bad', 'usage refused'],
  'call-refused': ['bad', 'message refused'],
  abridged: ['quiet', 'abridged'],
  'internal-error': ['bad', 'internal error'],
};

export const eventNames = Object.keys(eventWords) as readonly AuditEvent['event'][];
