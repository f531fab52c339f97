/** One command line of a page, as a person would copy it. */
export interface CommandLine {
  /** From the top folder. */
  readonly page: string;
  readonly line: number;
  /** With its continuation lines, and its comment. */
  readonly text: string;
}

/** Every line of the blocks of a page that are for a shell, in their order. */
export function commandLines(page: string, markdown: string): readonly CommandLine[] {
  const found: CommandLine[] = [];
  let isShell = false;
  let begun: CommandLine | undefined;
  for (const [index, text] of markdown.split('\n').entries()) {
    if (text.startsWith('```')) {
      isShell = text.startsWith('```sh');
      continue;
    }
    if (!isShell) continue;
    const whole: CommandLine = begun ? { ...begun, text: `${begun.text}\n${text}` } : { page, line: index + 1, text };
    begun = text.endsWith('\\') ? whole : undefined;
    if (!begun && !/^\s*(#.*)?$/.test(whole.text)) found.push(whole);
  }
  return found;
}

/** Commands of muster in the running text of a page: `muster explain ID`. */
export function inlineCommands(page: string, markdown: string): readonly CommandLine[] {
  const prose = markdown.replace(/^```[\s\S]*?^```/gm, (block) => block.replace(/[^\n]/g, ' '));
  return [...prose.matchAll(/`((?:npx )?muster [a-z][^`]*)`/g)].map(({ 1: text = '', index }) => ({
    page,
    line: prose.slice(0, index).split('\n').length,
    text: text.replace(/\s+/g, ' '),
  }));
}
