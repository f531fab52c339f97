/** The fields of package.json that differ between the project and its package. */
export interface Manifest extends SharedFields {
  readonly exports: Readonly<Record<string, string>>;
  readonly [field: string]: unknown;
}

interface PackedManifest extends SharedFields {
  readonly exports: Readonly<Record<string, string | Readonly<Record<'types' | 'default', string>>>>;
  readonly files: readonly string[];
  readonly [field: string]: unknown;
}

interface SharedFields {
  readonly name: string;
  readonly version: string;
  readonly bin: Readonly<Record<string, string>>;
  readonly imports: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
}

/** What the package holds beside package.json, README.md and LICENSE, which npm always takes. */
const files = ['dist', 'examples', '!examples/**/*.test.ts', 'docs/*.md', 'CHANGELOG.md'];

/**
 * Of the project alone: how it is built, tested and set up. `optionalDependencies` is the Node that `npm test` brings;
 * whoever installs a package has one (decisions/0004). `private`: npm publish here would tell the registry of this file, and
 * not of the package's; what npm pack made can be published.
 */
const ofProject = ['private', 'scripts', 'devDependencies', 'optionalDependencies', 'overrides'];

/** The package.json of the package, made of the project's: it leads to the compiled modules in dist. */
export function packedManifest(source: Manifest): PackedManifest {
  const rest = Object.fromEntries(Object.entries(source).filter(([field]) => !ofProject.includes(field)));
  return {
    ...rest,
    name: source.name,
    version: source.version,
    bin: mapped(source.bin, inDist),
    exports: Object.fromEntries(Object.entries(source.exports).map(([name, path]) => [name, exported(path)])),
    imports: mapped(source.imports, compiled),
    files,
    dependencies: source.dependencies,
  };
}

const inDist = (path: string): string => path.replace(/^(\.\/)?/, '$1dist/');
const compiled = (path: string): string => inDist(path).replace(/\.ts$/, '.js');

function exported(path: string): PackedManifest['exports'][string] {
  if (path.endsWith('.ts')) return { types: compiled(path).replace(/\.js$/, '.d.ts'), default: compiled(path) };
  return path === './package.json' ? path : inDist(path);
}

function mapped(table: Readonly<Record<string, string>>, to: (path: string) => string): Record<string, string> {
  return Object.fromEntries(Object.entries(table).map(([name, path]) => [name, to(path)]));
}
