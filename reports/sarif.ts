import { commandForCase } from './command.ts';
import { remediesOf } from './remedies.ts';
import type { CaseRecord, RequirementView, RunRecord } from './run-record.ts';
import { subjectName } from './subject-name.ts';

/**
 * The findings of a run as SARIF 2.1.0, for what collects security findings (code scanning, DefectDojo, an IDE). A rule is a
 * case; it says which requirements it is about, and how to mend. A violation is an error where a MUST is broken and a
 * warning where a SHOULD is; what could not be proved is an open result (§3.27.9), never left out; what the baseline
 * expects is suppressed (§3.35). What broke, and an expectation that is stale, is a notification of the tool (§3.20.21).
 */
export function renderSarif(record: RunRecord): string {
  const ruled = record.cases.filter(({ verdict, scored }) => kinds[verdict] !== undefined && scored !== false);
  const said = record.cases.filter(({ verdict, scored }) => verdict in notified && scored !== false);
  const run = {
    tool: {
      driver: {
        name: 'Muster',
        version: record.muster,
        semanticVersion: record.muster,
        rules: ruled.map((one) => ruleOf(record, one)),
      },
    },
    automationDetails: { id: `muster/${record.profile.id}/${record.subject.map(subjectName).join(', ')}` },
    invocations: [
      {
        commandLine: record.command,
        startTimeUtc: record.startedAt,
        executionSuccessful: record.status === 'complete' && record.verdict !== 'error',
        toolExecutionNotifications: said.filter(({ verdict }) => verdict === 'error').map(notificationOf),
        toolConfigurationNotifications: [
          ...said.filter(({ verdict }) => verdict !== 'error').map(notificationOf),
          ...(record.baseline?.stale ?? []).map(({ entry, why }) => warning(`${entry}: ${why}`)),
        ],
      },
    ],
    originalUriBaseIds: { REPORT: { description: { text: 'The folder of the run: --out of muster certify.' } } },
    results: ruled.map((one, ruleIndex) => resultOf(record, one, ruleIndex)),
    columnKind: 'utf16CodeUnits',
    properties: { verdict: record.verdict, reasons: record.reasons, seed: record.seed, profile: record.profile.id },
  };
  return `${JSON.stringify({ $schema: schema, version: '2.1.0', runs: [run] }, null, 2)}\n`;
}

const schema = 'https://json.schemastore.org/sarif-2.1.0.json';

/** How SARIF calls a verdict that is a result. */
const kinds: Readonly<Partial<Record<CaseRecord['verdict'], 'fail' | 'open'>>> = {
  fail: 'fail',
  warn: 'fail',
  'expected-failure': 'fail',
  unverified: 'open',
};

const notified = { error: 'error', 'unexpected-pass': 'warning' } as const;

function requirementsOf(record: RunRecord, { requirements }: CaseRecord): readonly RequirementView[] {
  return requirements.flatMap((id) => record.requirements.find((requirement) => requirement.id === id) ?? []);
}

/** Only `fail` has a level (§3.27.10). A requirement that the record does not know is taken for a MUST. */
function levelOf(record: RunRecord, one: CaseRecord): 'error' | 'warning' | 'none' {
  if (kinds[one.verdict] !== 'fail') return 'none';
  const known = requirementsOf(record, one);
  const isAdvice = known.length > 0 && known.every(({ level }) => level === 'SHOULD');
  return one.verdict === 'warn' || isAdvice ? 'warning' : 'error';
}

function ruleOf(record: RunRecord, one: CaseRecord) {
  const requirements = requirementsOf(record, one);
  const remedies = remediesOf(one.requirements);
  const sentences = requirements.map(
    ({ id, level, sentence, citation }) => `${id} (${level}): ${sentence} [${citation}]`,
  );
  const weaknesses = [...new Set(remedies.flatMap((remedy) => remedy.weaknesses))];
  const cwe = weaknesses.map((weakness) => `external/cwe/${weakness.split(' ', 1)[0]?.toLowerCase()}`);
  const help = [
    ...sentences,
    ...remedies.map(({ mend }) => `To mend: ${mend}`),
    ...weaknesses,
    `Again: ${commandForCase(record, one.id)}`,
  ];
  return {
    id: one.id,
    shortDescription: { text: one.title },
    fullDescription: { text: sentences.join('\n') || one.title },
    help: { text: help.join('\n') },
    defaultConfiguration: { level: levelOf(record, { ...one, verdict: 'fail' }) },
    properties: { tags: [...(cwe.length > 0 ? ['security'] : []), ...cwe, ...one.requirements] },
  };
}

function resultOf(record: RunRecord, one: CaseRecord, ruleIndex: number) {
  const proof = one.proof === undefined ? [] : [`Proof: ${one.proof}`];
  return {
    ruleId: one.id,
    ruleIndex,
    kind: kinds[one.verdict],
    level: levelOf(record, one),
    message: messageOf([`${one.title}.`, one.reason, ...proof].join('\n')),
    locations: [locationOf(record, one)],
    // The same finding in the next run, whatever its words are then (§3.27.17).
    partialFingerprints: { 'musterCase/v1': `${roleOf(one)}:${one.id}` },
    ...(one.verdict === 'expected-failure'
      ? {
          suppressions: [
            { kind: 'external', status: 'accepted', justification: one.expectation?.reason ?? one.reason },
          ],
        }
      : {}),
    properties: { verdict: one.verdict, control: one.control, requirements: one.requirements },
  };
}

const roleOf = ({ group }: CaseRecord): 'device' | 'server' => (group === 'device' ? 'device' : 'server');

/** There is no source to point at: the subject as a logical location, and the evidence as the artifact to look at. */
function locationOf(record: RunRecord, one: CaseRecord) {
  const role = roleOf(one);
  const subject = record.subject.find((each) => each.role === role);
  const name = subject ? subjectName(subject) : role;
  const [uri = 'run.json'] = one.evidence?.files ?? [];
  return {
    physicalLocation: { artifactLocation: { uri: encodeURI(uri), uriBaseId: 'REPORT' }, region: { startLine: 1 } },
    logicalLocations: [{ name, fullyQualifiedName: `${role}/${name}`, kind: role }],
  };
}

function notificationOf(one: CaseRecord) {
  return {
    level: notified[one.verdict as keyof typeof notified],
    message: messageOf(`${one.id} ${one.title}: ${one.verdict}. ${one.reason}`),
    associatedRule: { id: one.id },
  };
}

const warning = (text: string) => ({ level: 'warning', message: messageOf(text) });

/** A peer's words make neither a placeholder (§3.11.5) nor a link (§3.11.6). */
function messageOf(text: string): { readonly text: string } {
  return { text: text.toWellFormed().replaceAll('](', '] (').replace(/[{}]/g, '$&$&') };
}
