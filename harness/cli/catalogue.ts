import { errorTable } from '#protocol/errors.ts';
import { profiles } from '#protocol/pki/profiles.ts';
import { allRequirements } from '#protocol/requirements/catalogue.ts';
import { flaws } from '#reference-server/flaws.ts';
import { allPersonas } from '#simulators/gateway/personas.ts';
import { authorityFaults } from '#simulators/hostile/answer-authority-faults.ts';
import { certificateFaults } from '#simulators/hostile/answer-certificate-faults.ts';
import { answerFaults } from '#simulators/hostile/answer-faults.ts';
import { statusFaults } from '#simulators/hostile/answer-status-faults.ts';
import { bodyFaults } from '#simulators/hostile/body-faults.ts';
import { deliveryFaults } from '#simulators/hostile/delivery-faults.ts';
import { framingFaults, headFaults, lengthFaults } from '#simulators/hostile/http-faults.ts';
import { pkcs10Faults } from '#simulators/hostile/pkcs10-faults.ts';
import { pkiFaults } from '#simulators/hostile/pki-faults.ts';
import { rawTlsFaults } from '#simulators/hostile/raw-tls/faults.ts';
import { tlsOutages } from '#simulators/hostile/tls-outages.ts';
import {
  statusFaults as httpStatusFaults,
  redirectsToCleartext,
  redirectsToOtherHost,
} from '#simulators/hostile/transport-faults.ts';
import { requirementSet, requirementSetNames } from '../certificate/requirement-sets.ts';
import { exitCodeOf } from './error-exit.ts';
import { exitCodes, exitTable } from './exit-codes.ts';

/** One thing that can be named: an id, what it means, and more for machines. */
export type CatalogueRow = { readonly id: string; readonly title: string } & Readonly<Record<string, unknown>>;

interface Explained {
  readonly id: string;
  readonly explanation: string;
}

const titled = ({ id, explanation }: Explained): CatalogueRow => ({ id, title: explanation });

/** It does not change while Muster runs. */
function once<Rows>(make: () => Rows): () => Rows {
  let made: Rows | undefined;
  return () => (made ??= make());
}

/** All that there is, but for the cases, which take longer to ask for (known-cases.ts). */
export const catalogue = {
  requirements: once(() => allRequirements().map(({ sentence, ...rest }) => ({ ...rest, title: sentence }))),
  personas: once(() => allPersonas.map(titled)),
  flaws: once(() => flaws.map(titled)),
  faults: once(() => [
    ...faultsOf('server certificate', Object.values(pkiFaults)),
    ...faultsOf('TLS handshake', rawTlsFaults),
    ...faultsOf('TLS port', Object.values(tlsOutages)),
    ...faultsOf('answer', [answerFaults, authorityFaults, certificateFaults, statusFaults].flatMap(valuesOf)),
    ...faultsOf('transport of an answer', [httpStatusFaults, deliveryFaults].flatMap(valuesOf)),
    ...faultsOf('redirect', [...redirectsToCleartext, ...redirectsToOtherHost]),
    ...faultsOf('PKCS#10', Object.values(pkcs10Faults)),
    ...faultsOf('request', Object.values(bodyFaults).flat()),
    ...faultsOf('HTTP of a request', [framingFaults, headFaults, lengthFaults].flatMap(valuesOf)),
  ]),
  profiles: once(() =>
    Object.values(profiles).map(({ id, insecure, signatures, minimumRsaBits, curves, tls }) => ({
      id,
      title: `${insecure ? 'insecure: ' : ''}RSA ${minimumRsaBits} and up, ${curves.join(', ')}; ${signatures.join(', ')}; ${tls.minVersion} to ${tls.maxVersion}`,
    })),
  ),
  'requirement-sets': once(() =>
    requirementSetNames().map((name) => {
      const { set, digest } = requirementSet(name);
      const { requirements, cases, date, muster } = set;
      const title = `${requirements.length} requirements, ${cases.length} cases, frozen on ${date}`;
      return { id: name, title, muster, digest };
    }),
  ),
  errors: once(() =>
    Object.entries(errorTable).map(([id, { fault, meaning, mend }]) => ({
      id,
      title: meaning,
      fault,
      mend,
      exitCode: exitCodeOf(id as keyof typeof errorTable),
    })),
  ),
  'exit-codes': once(() =>
    Object.entries(exitTable).map(([name, { meaning, mend }]) => ({
      id: String(exitCodes[name as keyof typeof exitCodes]),
      title: meaning,
      name,
      mend,
    })),
  ),
} as const satisfies Readonly<Record<string, () => readonly CatalogueRow[]>>;

export type CatalogueKind = keyof typeof catalogue;

function faultsOf(of: string, faults: readonly Explained[]): CatalogueRow[] {
  return faults.map(({ id, explanation }) => ({ id, title: `${of}: ${explanation}`, of }));
}

function valuesOf(table: Readonly<Record<string, Explained>>): Explained[] {
  return Object.values(table);
}
