import { MusterError } from '#protocol/errors.ts';

const choosePorts = 'choose others with --http, --tls, --console (0 is any free port).';
const startAdvice: Readonly<Record<string, string>> = {
  EADDRINUSE: `Stop what is there, or ${choosePorts}`,
  EACCES: `This user may not have that port: ${choosePorts}`,
  EADDRNOTAVAIL: '--listen is expected to be an address of this machine.',
};

/** Opens ports; where one cannot be had, the error says what to do. */
export async function advised<T>(open: () => Promise<T>): Promise<T> {
  try {
    return await open();
  } catch (cause) {
    if (!(cause instanceof MusterError) || cause.code !== 'bench-broken') throw cause;
    const { code = '' } = Object(cause.cause) as { code?: string };
    const advice = startAdvice[code] ?? '';
    throw new MusterError('bench-broken', `${cause.message} ${advice}`.trimEnd(), { cause });
  }
}
