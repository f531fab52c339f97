/** Who must meet a requirement: the device, the server, or both. */
export type Role = 'device' | 'server' | 'both';

/** What an entry of the catalogue says, without its id. */
export interface RequirementText {
  readonly role: Role;
  readonly level: 'MUST' | 'SHOULD';
  /** The requirement in our words, one sentence. */
  readonly sentence: string;
  /** The publication's words, verbatim but for scanning damage; `…` marks what is left out. */
  readonly quote?: string;
  /** Where it is said: `WO 01/47232, …`, `Muster protocol decisions, «…»`, `Muster vectors`. */
  readonly citation: string;
  /** Why no scenario tests it. Absent: a scenario does. */
  readonly untested?: string;
}

/** The entries of one area, by id. */
export type Area = Readonly<Record<string, RequirementText>>;
