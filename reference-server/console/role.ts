/** What somebody may do in the console; each role may do all that the one before may. */
export const roles = ['viewer', 'approver', 'administrator'] as const;

export type Role = (typeof roles)[number];

export const roleTexts: Readonly<Record<Role, string>> = {
  viewer: 'sees everything but people and tokens, and changes nothing',
  approver: 'also approves and rejects enrollments',
  administrator: 'everything',
};

export function roleFrom(word: string): Role | undefined {
  return roles.find((role) => role === word);
}

/** May somebody with the role `held` do what needs the role `needed`? */
export function mayAct(held: Role, needed: Role): boolean {
  return roles.indexOf(held) >= roles.indexOf(needed);
}

/** Who is acting: a person who signed in, or a program with a token. */
export interface Principal {
  /** As it stands in the journal: `ann`, or `token:nightly`. */
  readonly name: string;
  readonly role: Role;
}
