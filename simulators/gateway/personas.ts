import { type Persona, type QuirkId, quirks } from './persona.ts';

export const honest: Persona = {
  id: 'honest',
  explanation: 'Makes every check, and behaves as the publication says.',
  omits: new Set(),
  quirks: new Set(),
};

/** Devices that leave checks out: id, the checks by their ids, what that means. */
const careless: readonly (readonly [id: string, omits: readonly string[], explanation: string])[] = [
  ['no-anchor-check', ['anchor'], 'Does not care whether the chain ends at its trust anchor.'],
  ['no-server-signature-check', ['signature'], 'Takes the names in a chain for proof, whatever the signatures.'],
  ['no-name-check', ['name'], 'Takes a certificate of any host.'],
  ['no-dates-check', ['dates', 'anchor-dates'], 'Takes an expired server certificate, or one not yet valid.'],
  ['no-purpose-check', ['key-usage', 'extended-key-usage'], 'Takes a certificate made for another purpose.'],
  ['no-intermediate-check', ['ca', 'path-length', 'key-usage'], 'Lets anyone with a certificate sign certificates.'],
  ['no-critical-extension-check', ['critical-extension'], 'Skips critical extensions that it does not know.'],
  ['no-algorithm-check', ['algorithm', 'key-strength'], 'Takes signatures and keys that its profile calls weak.'],
  ['no-name-constraints-check', ['name-constraints'], 'Lets a CA that was given one domain vouch for any.'],
  [
    'no-form-check',
    ['algorithm-mismatch', 'duplicate-extension', 'serial', 'version'],
    'Takes certificates that contradict themselves.',
  ],
  ['no-fingerprint-check', ['ca.fingerprint'], 'Takes any CA certificate that comes over cleartext.'],
  [
    'accepts-non-ca',
    ['ca.authority', 'ca.key-usage'],
    'Takes a certificate that is none of a CA for the CA certificate.',
  ],
  ['no-ca-dates-check', ['ca.dates'], 'Takes an expired CA certificate.'],
  ['no-ca-signature-check', ['ca.signature'], 'Takes a CA certificate whose signature is wrong.'],
  ['no-issued-key-check', ['issued.key'], "Takes a certificate for somebody else's key."],
  ['no-issued-signature-check', ['issued.signature'], 'Takes a certificate of any CA.'],
  ['no-issued-dates-check', ['issued.dates'], 'Takes an issued certificate that is not valid now.'],
  ['no-issued-name-check', ['issued.name'], 'Takes a certificate that names another device.'],
  [
    'no-issued-algorithm-check',
    ['issued.algorithm'],
    'Takes a certificate signed with an algorithm that its profile calls weak.',
  ],
  ['no-issued-authority-check', ['issued.authority'], 'Takes a certificate that would make it a CA.'],
];

const flawedByOmission: readonly Persona[] = careless.map(([id, omits, explanation]) => ({
  id,
  explanation,
  omits: new Set(omits),
  quirks: new Set(),
}));

/** Devices that behave badly: one for each quirk, under the quirk's own name. */
const flawedByBehaviour: readonly Persona[] = (Object.keys(quirks) as QuirkId[]).map((id) => ({
  id,
  explanation: `This device ${quirks[id]}.`,
  omits: new Set(),
  quirks: new Set([id]),
}));

/** Every device but the honest one: the mutants that the cases must tell from it. */
export const flawedPersonas: readonly Persona[] = [...flawedByOmission, ...flawedByBehaviour];

export const allPersonas: readonly Persona[] = [honest, ...flawedPersonas];

/** The persona of that id, or undefined. */
export function findPersona(id: string): Persona | undefined {
  return allPersonas.find((persona) => persona.id === id);
}
