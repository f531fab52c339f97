/** The inputs of action.yml, all of them text; one that is left empty is not there. */
export type Inputs = Readonly<Record<string, string>>;

/** What is no option of its name. */
const flags = ['certify', 'strict'];
const others = ['role', 'merge', 'case', 'args', 'artifact', 'out'];

/** The command line of muster that the inputs ask for, word by word. @throws Error for a flag that is neither true nor false */
export function actionWords(inputs: Inputs): readonly string[] {
  const out = ['--out', reportFolder(inputs)];
  const more = (inputs.args ?? '').split('\n').filter((line) => line !== '');
  if (inputs.merge) return ['report', 'merge', ...wordsOf(inputs.merge), ...out, ...more];
  return [
    'certify',
    ...wordsOf(inputs.role),
    ...Object.entries(inputs).flatMap(([name, value]) => optionOf(name, value)),
    ...out,
    ...(inputs.case ? ['--case', ...wordsOf(inputs.case)] : []),
    ...more,
  ];
}

export const reportFolder = ({ out }: Inputs): string => out || 'muster-report';

function optionOf(name: string, value: string): readonly string[] {
  if (others.includes(name) || value === '') return [];
  if (!flags.includes(name)) return [`--${name}=${value}`];
  if (value === 'true') return [`--${name}`];
  if (value === 'false') return [];
  throw new Error(`${name}: true or false is expected, seen "${value}".`);
}

const wordsOf = (text = ''): string[] => text.split(/\s+/).filter((word) => word !== '');
