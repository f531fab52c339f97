import { formFaults } from './pkcs10-faults-forms.ts';
import { keyFaults } from './pkcs10-faults-keys.ts';
import { nameFaults } from './pkcs10-faults-names.ts';
import { signatureFaults } from './pkcs10-faults-signatures.ts';
import type { Pkcs10Fault } from './pkcs10-forge.ts';

/** Every way in which a PKCS#10 is wrong, by its id. */
export const pkcs10Faults = {
  ...signatureFaults,
  ...keyFaults,
  ...nameFaults,
  ...formFaults,
} as const satisfies Record<string, Pkcs10Fault>;
