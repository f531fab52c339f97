/** One thing that happened at the server, for its log. No field ever holds a password or a private key. */
export interface AuditEvent {
  readonly event:
    | 'started'
    | 'stopped'
    | 'getcacert'
    | 'pending'
    | 'issued'
    | 'handed-over'
    | 'refused'
    | 'approved'
    | 'rejected'
    | 'reloaded'
    | 'reload-failed'
    | 'authority-changed'
    | 'configuration-changed'
    | 'configuration-unwritten'
    | 'license'
    | 'signed-in'
    | 'sign-in-refused'
    | 'signed-out'
    | 'person-changed'
    | 'token-changed'
    | 'rule-changed'
    | 'certificate-revoked'
    | 'fault-begun'
    | 'fault-ended'
    | 'authorized'
    | 'authorization-refused'
    | 'usage'
    | 'usage-refused'
    | 'call-refused'
    | 'abridged'
    | 'internal-error';
  readonly from?: string;
  readonly device?: string;
  readonly operation?: string;
  readonly status?: number;
  readonly detail?: string;
}

/** `by`: the person or program whose word it was. */
export type Audit = (event: AuditEvent, by?: string) => void;

/** One line for people: control characters of hostile input are escaped, so that nobody can forge a line. */
export function auditLine(at: Date, event: AuditEvent, by?: string): string {
  const fields = [event.operation, event.device, event.status === undefined ? undefined : `status=${event.status}`];
  const parts = [
    at.toISOString(),
    event.event,
    ...fields,
    event.detail,
    by && `by ${by}`,
    event.from && `from ${event.from}`,
  ];
  return parts
    .filter((part) => part !== undefined && part !== '')
    .map((part) => escapeControls(String(part)))
    .join(' ');
}

const levels: Readonly<Partial<Record<AuditEvent['event'], string>>> = {
  refused: 'warn',
  'authorization-refused': 'warn',
  'usage-refused': 'warn',
  'call-refused': 'warn',
  'sign-in-refused': 'warn',
  'reload-failed': 'warn',
  'authority-changed': 'warn',
  'internal-error': 'error',
};

/** The same as one JSON object, for what collects logs. */
export function auditJson(at: Date, event: AuditEvent, by?: string): string {
  return JSON.stringify({ time: at.toISOString(), level: levels[event.event] ?? 'info', ...event, by });
}

function escapeControls(text: string): string {
  return text.replace(
    /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
