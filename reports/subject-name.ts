import type { SubjectView } from './run-record.ts';

/** What was judged, with its version where that is known. */
export function subjectName({ name, version }: Pick<SubjectView, 'name' | 'version'>): string {
  return version === '' || version === 'unknown' ? name : `${name} ${version}`;
}
