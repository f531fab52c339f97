/** Tests that take longer than every change can wait for: they run with MUSTER_LONG=1. */
export const longTests = Boolean(process.env.MUSTER_LONG);

/** For the options of such a test. */
export const long = { skip: longTests ? false : 'with MUSTER_LONG=1' };
