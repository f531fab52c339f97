import type { Role } from './role.ts';

/**
 * Every route of the console, and the least role that it needs. `anyone`: without sign-in, which is the sign-in page and
 * what it looks like. A route that is not in this table cannot be registered.
 */
export const access = {
  'GET /sign-in': 'anyone',
  'POST /sign-in': 'anyone',
  'GET /assets/console.css': 'anyone',
  'GET /assets/icon.svg': 'anyone',
  'GET /assets/console.js': 'viewer',
  'POST /sign-out': 'viewer',
  'POST /theme': 'viewer',
  'GET /account': 'viewer',
  'POST /account/password': 'viewer',
  'GET /live': 'viewer',

  'GET /': 'viewer',
  'GET /approvals': 'viewer',
  'POST /approvals': 'approver',
  'GET /approvals/:id': 'viewer',
  'GET /devices': 'viewer',
  'GET /devices/:name': 'viewer',
  'POST /devices/:name/enabled': 'administrator',
  'GET /groups': 'viewer',
  'POST /groups/approval': 'administrator',
  'GET /certificates': 'viewer',
  'GET /certificates/:serial': 'viewer',
  'GET /certificates/:serial/pem': 'viewer',
  'POST /certificates/:serial/revoke': 'administrator',
  'GET /authority': 'viewer',
  'GET /authority/ca.pem': 'viewer',
  'GET /authority/ca.der': 'viewer',
  'GET /authority/crl.pem': 'viewer',
  'GET /authority/crl.der': 'viewer',
  'POST /authority/rotate': 'administrator',

  'GET /routes': 'viewer',
  'GET /calls': 'viewer',

  'GET /journal': 'viewer',
  'GET /journal/export': 'viewer',
  'GET /journal/verification': 'viewer',
  'GET /faults': 'viewer',
  'POST /faults': 'administrator',
  'POST /faults/:id/end': 'administrator',
  'GET /configuration': 'viewer',
  'POST /configuration/review': 'administrator',
  'POST /configuration': 'administrator',
  'GET /configuration/history': 'viewer',
  'GET /configuration/history/:name': 'viewer',
  'POST /configuration/history/:name/restore': 'administrator',

  'GET /people': 'administrator',
  'POST /people': 'administrator',
  'POST /people/:name/role': 'administrator',
  'POST /people/:name/password': 'administrator',
  'POST /people/:name/remove': 'administrator',
  'POST /tokens': 'administrator',
  'POST /tokens/:name/revoke': 'administrator',

  'GET /api/openapi.json': 'viewer',
  'GET /api/enrollments': 'viewer',
  'POST /api/enrollments/:id/approve': 'approver',
  'POST /api/enrollments/:id/reject': 'approver',
  'POST /api/reload': 'administrator',
  'GET /api/overview': 'viewer',
  'GET /api/devices': 'viewer',
  'GET /api/devices/:name': 'viewer',
  'POST /api/devices/:name/enable': 'administrator',
  'POST /api/devices/:name/disable': 'administrator',
  'GET /api/groups': 'viewer',
  'POST /api/groups/approval': 'administrator',
  'GET /api/certificates': 'viewer',
  'GET /api/certificates/:serial': 'viewer',
  'POST /api/certificates/:serial/revoke': 'administrator',
  'GET /api/authority': 'viewer',
  'GET /api/authority/crl': 'viewer',
  'POST /api/authority/rotate': 'administrator',
  'GET /api/configuration': 'viewer',
  'POST /api/configuration': 'administrator',
  'POST /api/configuration/check': 'administrator',
  'GET /api/configuration/backups': 'viewer',
  'GET /api/configuration/backups/:name': 'viewer',
  'POST /api/configuration/backups/:name/restore': 'administrator',
  'GET /api/routes': 'viewer',
  'GET /api/routes/test': 'viewer',
  'GET /api/authorizations': 'viewer',
  'GET /api/usage': 'viewer',
  'GET /api/journal': 'viewer',
  'GET /api/journal/verification': 'viewer',
  'GET /api/faults': 'viewer',
  'POST /api/faults': 'administrator',
  'POST /api/faults/:id/end': 'administrator',
  'GET /api/people': 'administrator',
  'POST /api/people': 'administrator',
  'POST /api/people/:name/role': 'administrator',
  'POST /api/people/:name/password': 'administrator',
  'POST /api/people/:name/remove': 'administrator',
  'GET /api/tokens': 'administrator',
  'POST /api/tokens': 'administrator',
  'POST /api/tokens/:name/revoke': 'administrator',
} as const satisfies Record<`${'GET' | 'POST'} /${string}`, Role | 'anyone'>;

export type RouteKey = keyof typeof access;
export type ApiKey = Extract<RouteKey, `${string} /api/${string}`>;
export type ScreenKey = Exclude<RouteKey, ApiKey>;

export const routeKeys = Object.keys(access) as readonly RouteKey[];

export function isApiKey(key: RouteKey): key is ApiKey {
  return key.includes(' /api/');
}

export function methodAndPath(key: RouteKey): { readonly method: 'GET' | 'POST'; readonly path: string } {
  const [method, path = ''] = key.split(' ');
  return { method: method === 'POST' ? 'POST' : 'GET', path };
}
