import type { CaseListing } from '#harness/runner/events.ts';
import { isRequirementId, requirement } from '#protocol/requirements/catalogue.ts';
import { remediesOf } from '#reports/remedies.ts';
import { code, table } from './markdown.ts';

const roles = [
  ['DEV-', 'Cases for devices'],
  ['SRV-', 'Cases for servers'],
  ['PROP-', 'Properties, for servers'],
] as const;

/** What the letters of a case's id stand for. */
const groupNames: Readonly<Record<string, string>> = {
  ALG: 'signature algorithms',
  ANS: 'answers inside good TLS',
  CA: 'the CA certificate',
  CALL: 'calls',
  CFG: 'the configuration file',
  CLR: 'cleartext',
  CRD: 'credentials',
  CRT: 'the issued certificate',
  DER: 'the form of a PKCS#10',
  DEV: 'devices, defined and not',
  DUR: 'sudden ends',
  ENR: 'an honest enrollment',
  FUZ: 'generated answers',
  HSK: 'the TLS handshake',
  HTTP: 'HTTP',
  KEY: 'keys',
  LIF: 'the life of a certificate',
  LIM: 'limits',
  LST: 'lost answers',
  MSG: 'messages',
  NET: 'what carries an answer',
  NON: 'nonces',
  PND: 'pending',
  POL: 'polling',
  POP: 'proof of possession',
  PROP: 'properties',
  RET: 'retrieve',
  RTY: 'retries',
  SEC: 'secrets',
  SUB: 'subjects',
  TLS: 'TLS, and certificates of servers',
  TOL: 'tolerance',
  WSH: 'wishes of a PKCS#10',
};

/** docs/cases.md: every case, by role and group. */
export function casesPage(cases: readonly CaseListing[]): string {
  const parts = roles.map(([prefix, title]) => {
    const own = cases.filter(({ id }) => id.startsWith(prefix));
    const groups = [...new Set(own.map(groupOf))];
    const sections = groups.map((group) => {
      const members = own.filter((one) => groupOf(one) === group);
      return `### ${titleOf(group)}\n\n${members.map(entry).join('\n')}`;
    });
    return `## ${title}\n\n${own.length} cases.\n\n${sections.join('\n')}`;
  });
  const counts = table(
    ['for', 'cases', 'requirements that they test'],
    roles.map(([prefix, title]) => {
      const own = cases.filter(({ id }) => id.startsWith(prefix));
      return [title, String(own.length), String(new Set(own.flatMap(({ requirements }) => requirements)).size)];
    }),
  );
  return `${counts}\n\n${parts.join('\n')}`;
}

function groupOf({ id }: CaseListing): string {
  return id.replace(/-\d+$/, '');
}

function titleOf(group: string): string {
  const name = groupNames[group.split('-').at(-1) ?? ''];
  return name === undefined ? group : `${group}: ${name}`;
}

function entry({ id, version, title, requirements, control, mutants }: CaseListing): string {
  const wanted = requirements.map((one) => `[${one}](requirements.md#${one.toLowerCase()})${levelOf(one)}`);
  const mends = remediesOf(requirements).map(({ mend }) => mend);
  const lines = [
    `- Requires: ${wanted.join(', ')}`,
    `- Control: ${control}`,
    `- Must fail: ${mutants.map(code).join(', ')}`,
    `- To mend: ${mends.join(' ')}`,
  ];
  return `#### ${id}\n\n${title}.${version > 1 ? ` Version ${version}.` : ''}\n\n${lines.join('\n')}\n`;
}

function levelOf(id: string): string {
  return isRequirementId(id) && requirement(id).level === 'SHOULD' ? ' (SHOULD)' : '';
}
