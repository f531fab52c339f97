import type { Approval } from '../enrollment/approval-rules.ts';
import type { Desk } from './desk.ts';
import { badRequest } from './failure.ts';
import { groupName } from './parts/names.ts';
import type { Role } from './role.ts';

/** What administrators do with people, tokens and rules, by the pages and by the API alike: the journal has each of them. */
export class Administration {
  readonly #desk: Desk;

  constructor(desk: Desk) {
    this.#desk = desk;
  }

  /** @throws MusterError settings-invalid */
  async addPerson(name: string, role: Role, password: string, by: string): Promise<void> {
    await this.#desk.people.add(name, role, password);
    this.#tell('person-changed', `${name} added as ${role}`, by);
  }

  /** @throws MusterError not-found, settings-invalid */
  async setRole(name: string, role: Role, by: string): Promise<void> {
    await this.#desk.people.setRole(name, role);
    this.#tell('person-changed', `${name} is ${role} now`, by);
  }

  /** Ends the sessions of the person, but for the one that may stay. @throws MusterError not-found, settings-invalid */
  async setPassword(name: string, password: string, by: string, session?: string): Promise<void> {
    await this.#desk.people.setPassword(name, password);
    this.#desk.sessions.endAllOf(name, session);
    this.#tell('person-changed', `${name} has another password`, by);
  }

  /** @throws MusterError not-found, settings-invalid */
  async removePerson(name: string, by: string): Promise<void> {
    await this.#desk.people.remove(name);
    this.#desk.sessions.endAllOf(name);
    this.#tell('person-changed', `${name} removed`, by);
  }

  /** Returns the token, which nobody can ask for again. @throws MusterError settings-invalid */
  async makeToken(name: string, role: Role, by: string): Promise<string> {
    const token = await this.#desk.tokens.make(name, role, by);
    this.#tell('token-changed', `${name} made for ${role}`, by);
    return token;
  }

  /** @throws MusterError not-found */
  async revokeToken(name: string, by: string): Promise<void> {
    await this.#desk.tokens.revoke(name);
    this.#tell('token-changed', `${name} revoked`, by);
  }

  /** Undefined: by the server's setting again. @throws a bad request */
  async setApproval(group: string, approval: Approval | undefined, by: string): Promise<void> {
    const { server, rules } = this.#desk;
    if (!server.configuration.groups.has(group)) throw badRequest('The group: one that is defined is expected.');
    await rules.set(group, approval, by);
    this.#tell('rule-changed', `group ${groupName(group)}: ${approval ?? 'by default'}`, by);
  }

  #tell(event: 'person-changed' | 'token-changed' | 'rule-changed', detail: string, by: string): void {
    this.#desk.server.audit({ event, detail }, by);
  }
}
