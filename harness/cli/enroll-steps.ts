import { styleText } from 'node:util';
import type { GatewayObserver } from '#simulators/gateway/observer.ts';
import type { Redaction } from '../evidence/redaction.ts';
import { printableLine } from './printable.ts';
import { certificateView, wireView } from './wire-view.ts';

/** Shows a gateway at work: its steps, its checks and, when `verbose`, the messages and the certificates. */
export function showingObserver(stream: NodeJS.WriteStream, redaction: Redaction, verbose: boolean): GatewayObserver {
  const shown = wireView(redaction);
  const style = (format: 'green' | 'red' | 'dim' | 'bold', text: string): string => styleText(format, text, { stream });
  const clean = (text: string): string => redaction.text(printableLine(text));
  return {
    step: ({ name, detail }) => {
      stream.write(`${style('bold', clean(name).padEnd(15))} ${clean(detail)}\n`);
    },
    check: ({ id, ok, citation, detail }) => {
      const mark = ok ? style('green', '✓') : style('red', '✗');
      stream.write(`  ${mark} ${clean(id).padEnd(20)} ${clean(detail)} ${style('dim', `(${clean(citation)})`)}\n`);
    },
    wire: (event) => {
      if (verbose) stream.write(shown(event));
    },
    certificate: ({ title, der }) => {
      if (verbose) stream.write(certificateView(title, der));
    },
  };
}
