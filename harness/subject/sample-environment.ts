import { makeIdentity } from '../case/identity.ts';
import type { DeviceEnvironment } from './device.ts';

/** What a device is told of a case, for tests. */
export const sampleEnvironment: DeviceEnvironment = {
  httpUrl: 'http://localhost:5045/tep',
  tlsUrl: 'https://localhost:1443/tep',
  anchorPem: '-----BEGIN CERTIFICATE-----\n',
  anchorFile: '/run/anchor.pem',
  caFingerprintSha256: 'AB:CD',
  caFingerprintSha1: 'EF:01',
  ...makeIdentity(1, 'DEV-TLS-001'),
  profile: 'modern',
  clock: '',
  calledNumber: '14045550100',
  caseId: 'DEV-TLS-001',
  stateFolder: '/run/state',
};
