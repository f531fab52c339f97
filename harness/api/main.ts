/**
 * What programs that script Muster import: `import { … } from 'muster'` (docs/api.md). It is kept stable by version; no other
 * file of the package is. It loads nothing heavy, since an adapter starts for every verb.
 */
export { type ErrorCode, MusterError } from '#protocol/errors.ts';
export type { LatencyView, LoadEnd, LoadFailure, LoadRecord, LoadSecond, LoadStep } from '#reports/load-record.ts';
export type {
  CaseRecord,
  CaseVerdict,
  Evidence,
  ProfileView,
  RequirementView,
  RunRecord,
  RunVerdict,
  SubjectView,
} from '#reports/run-record.ts';
export { type ExitCode, exitCodes } from '../cli/exit-codes.ts';
export { readLoadRecord } from '../cli/load-file.ts';
export { readRunRecord } from '../cli/run-file.ts';
export type { DeviceEnvironment } from '../subject/device.ts';
export {
  type AdapterInfo,
  type DeviceHolds,
  type DeviceOutcome,
  type DeviceVerbs,
  runDeviceAdapter,
} from './device-adapter.ts';
export { type DeviceProfile, defineProfile } from './device-profile.ts';
export {
  type OperatorInfo,
  type OperatorOutcome,
  type OperatorTask,
  type OperatorVerbs,
  runOperatorAdapter,
} from './operator-adapter.ts';
