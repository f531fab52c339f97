#!/usr/bin/env node
// Plain JavaScript, so that a Node too old for TypeScript can say so. Nothing is imported before the version of Node is known to be one that can run it.
const [major = 0] = process.versions.node.split('.').map(Number);
if (major < 24) {
  process.stderr.write(
    `muster: expected Node 24 or newer, seen ${process.version} (${process.execPath}). Install it (https://nodejs.org); ` +
      'in a checkout of muster, "npm start" brings its own and "npx muster" then uses it.\n',
  );
  process.exit(2);
}
// Compiled code is kept for the next start, here and in the processes that run the cases: it saves a third of a second each.
// As a package, muster itself stands in the node_modules that has the cache.
const { enableCompileCache } = await import('node:module');
const [, modules = `${import.meta.dirname}/../../node_modules`] =
  /^(.*[\\/]node_modules)[\\/]/.exec(import.meta.dirname) ?? [];
process.env.NODE_COMPILE_CACHE ??= `${modules}/.cache/muster`;
enableCompileCache(process.env.NODE_COMPILE_CACHE);
const { runMuster } = await import('./command-line.ts');
await runMuster(process.argv.slice(2));
