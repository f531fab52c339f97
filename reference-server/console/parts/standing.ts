import type { Standing } from '../../store/certificates.ts';
import type { DeviceStanding } from '../devices.ts';
import { badge, type Tone } from './badge.ts';
import type { Html } from './html.ts';

const ofDevice: Readonly<Record<DeviceStanding, readonly [Tone, string]>> = {
  live: ['good', 'enrolled'],
  'not-yet-valid': ['watch', 'not valid yet'],
  expired: ['bad', 'expired: must re-enroll'],
  revoked: ['bad', 'revoked: must re-enroll'],
  'of-another-authority': ['watch', 'must re-enroll: other CA'],
  waiting: ['wait', 'waits for approval'],
  none: ['quiet', 'not enrolled'],
};

const ofCertificate: Readonly<Record<Standing, readonly [Tone, string]>> = {
  live: ['good', 'live'],
  'not-yet-valid': ['watch', 'not valid yet'],
  expired: ['quiet', 'expired'],
  revoked: ['bad', 'revoked'],
  'of-another-authority': ['quiet', 'of another CA'],
};

export function deviceBadge(standing: DeviceStanding): Html {
  return badge(...ofDevice[standing]);
}

export function certificateBadge(standing: Standing, endsSoon: boolean): Html {
  return standing === 'live' && endsSoon ? badge('watch', 'ends soon') : badge(...ofCertificate[standing]);
}

export function enabledBadge(enabled: boolean): Html {
  return enabled ? badge('good', 'enabled') : badge('quiet', 'disabled');
}
