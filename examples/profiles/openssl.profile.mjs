// What openssl.profile declares, as a module: the same lines, with completion and checks in an editor (docs/api.md).
// muster certify device --adapter examples/adapters/openssl/adapter --profile examples/profiles/openssl.profile.mjs
import { defineProfile } from 'muster';

export default defineProfile({
  device: 'openssl and curl',
  profile: 'modern',
  keys: ['p256'],
  tls: ['1.2', '1.3'],
  getcacert: ['cleartext', 'tls'],
  fingerprint: ['sha256'],
  challenge: 'yes',
  retrieve: 'yes',
  renew: 'yes',
  'common-name': 'accepted',
  'expired-anchor': 'refused',
  revocation: 'unchecked',
  calls: 'no',
  polls: 'at-command',
  clock: 'its-own',
  'unset-clock': 'refused',
});
