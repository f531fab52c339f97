import type { Clock } from '#protocol/clock.ts';
import type { ApprovalRules } from '../enrollment/approval-rules.ts';
import type { ReferenceServer } from '../server.ts';
import type { ApiTokens } from './api-tokens.ts';
import type { People } from './people.ts';
import type { Sessions } from './sessions.ts';

/** What the screens work with. */
export interface Desk {
  readonly server: ReferenceServer;
  readonly clock: Clock;
  readonly rules: ApprovalRules;
  readonly people: People;
  readonly tokens: ApiTokens;
  readonly sessions: Sessions;
}
