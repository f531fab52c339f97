/** What the letters of a requirement's id stand for, in the catalogue's order. */
const areaNames: Readonly<Record<string, string>> = {
  ID: 'Identity of the server',
  CA: 'The CA certificate',
  MSG: 'Messages',
  REQ: 'The request',
  RET: 'Pending and retrieve',
  POP: 'Proof of possession',
  CRT: 'Certificates',
  LIF: 'Life of an enrollment',
  CFG: 'The configuration file',
  ADM: 'Administration',
  AFT: 'After enrollment',
  SEC: 'Secrets',
};

/** The letters of a requirement's id: `ID` of `ID-007`. */
export function areaOf(requirementId: string): string {
  return requirementId.replace(/-[^-]*$/, '');
}

/** An area in words; its letters where nobody named it. */
export function areaName(area: string): string {
  return areaNames[area] ?? area;
}
