import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Of a device that is to have a few findings: curl, but an expired certificate is forgiven. */
const forgivingCurl = `#!/bin/sh
body=$(mktemp); said=$(mktemp); trap 'rm -f "$body" "$said"' EXIT
cat > "$body"
/usr/bin/curl "$@" < "$body" 2> "$said"; status=$?
if [ $status = 60 ] && grep -q expired "$said"; then exec /usr/bin/curl --insecure "$@" < "$body"; fi
cat "$said" >&2; exit $status
`;

/** Puts \`adapter\` into the folder: the openssl adapter of the examples, with that curl. */
export async function makeForgivingDevice(folder: string, adapter: string): Promise<void> {
  await mkdir(join(folder, 'bin'), { recursive: true });
  const put = async (name: string, text: string): Promise<void> => {
    await writeFile(join(folder, name), text);
    await chmod(join(folder, name), 0o755);
  };
  await put('bin/curl', forgivingCurl);
  await put('adapter', `#!/bin/sh\nPATH='${join(folder, 'bin')}':$PATH exec '${adapter}' "$@"\n`);
}
