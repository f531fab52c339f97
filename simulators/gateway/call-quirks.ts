/** Ways of being wrong once enrolled, when it comes to calls. */
export const callQuirks = {
  'calls-without-identifier': 'asks where a call may go without saying which call',
  'calls-without-number': 'leaves the called number out, and calls whatever it is',
  'calls-anonymously': 'shows no certificate when it calls',
  'calls-at-tep': 'posts what follows its enrollment to where it enrolled',
  'calls-anybody': 'trusts whoever answers when it calls',
  'forgets-transaction': 'reports usage under a transaction that it made up',
} as const satisfies Record<string, string>;
