#!/bin/sh
# Prevents: a fresh machine on which `npm start` or `npm test` fails with a syntax error, or with "not found", because
# there is no node_modules, because the Node that runs is too old for TypeScript, or because a browser or a test tool is
# not there. npm runs this before both. It runs on any Node, says nothing when all is there, and everything it does ends.
#
# sh tools/set-up.sh [--with-test-tools]
set -eu
cd "$(dirname "$0")/.."

with_test_tools=no
for argument in "$@"; do
  case $argument in
    --with-test-tools) with_test_tools=yes ;;
    *) echo "set-up: unknown option $argument; expected: sh tools/set-up.sh [--with-test-tools]" >&2; exit 2 ;;
  esac
done

say() { echo "set-up: $*" >&2; }
have() { command -v "$1" >/dev/null 2>&1; }
# Ends what takes too long, where the machine can: a download from a host that does not answer must not hang a build.
bounded() { if have timeout; then timeout "$@"; else shift; "$@"; fi; }

# 1. The packages, exactly as the lockfile says. npm writes node_modules/.package-lock.json at the end of an install.
installed=node_modules/.package-lock.json
if [ ! -f "$installed" ] || [ -n "$(find package-lock.json -newer "$installed")" ]; then
  have npm || { say "npm is missing; install Node 24 or later, which brings it (https://nodejs.org)"; exit 1; }
  say 'installing packages (npm ci)'
  npm ci --include=dev --include=optional --no-audit --no-fund >&2 || { say 'npm ci failed; its message stands above'; exit 1; }
fi

# 2. The Node that npm's scripts will find: node_modules/.bin stands first in their PATH.
node=node_modules/.bin/node
[ -x "$node" ] || node=$(command -v node || true)
version=$([ -z "$node" ] || "$node" --version 2>/dev/null || true)
major=${version#v}
major=${major%%.*}
case $major in
  '' | *[!0-9]*) say 'expected Node 24 or later, seen none; install it (https://nodejs.org)'; exit 1 ;;
esac
if [ "$major" -lt 24 ]; then
  say "expected Node 24 or later, seen $version at $node"
  say 'on Linux x64 it comes with the packages: npm ci --include=optional; elsewhere install it (https://nodejs.org)'
  exit 1
fi

[ "$with_test_tools" = yes ] || exit 0

# 3. The tools that tests use.
playwright_browser() {
  "$node" --input-type=commonjs -e '
    const { chromium } = require("@playwright/test");
    process.exit(require("node:fs").existsSync(chromium.executablePath()) ? 0 : 1);' 2>/dev/null
}
have_postgres() { have initdb || [ -n "$(find /usr/lib/postgresql -name initdb 2>/dev/null)" ]; }
have_browser() { have chromium || have chromium-browser || have google-chrome || playwright_browser; }

# The Debian packages that would bring what is missing.
missing_packages() {
  have_browser || echo chromium
  have certtool || echo gnutls-bin
  have openssl || echo openssl
  have curl || echo curl
  have python3 || echo python3
  have slowhttptest || [ -z "${MUSTER_LONG:-}" ] || echo slowhttptest
  have_postgres || echo postgresql
}

missing=$(missing_packages | tr '\n' ' ')
[ -n "$missing" ] || exit 0

# As root on Debian, apt brings all of it. Elsewhere Playwright has a browser of its own, the rest is the user's.
if have apt-get && [ "$(id -u)" = 0 ]; then
  say "installing ${missing% } (apt-get)"
  log=$(mktemp)
  # shellcheck disable=SC2086 # one word for each package
  { bounded 120 apt-get update -q && DEBIAN_FRONTEND=noninteractive bounded 420 apt-get -o DPkg::Lock::Timeout=60 install -q -y --no-install-recommends $missing; } \
    >"$log" 2>&1 </dev/null || tail -n 20 "$log" >&2
  rm -f "$log"
fi
if ! have_browser; then
  say 'installing a browser (npx playwright install chromium)'
  bounded 300 "$node" node_modules/@playwright/test/cli.js install chromium >&2 || true
fi

missing=$(missing_packages | tr '\n' ' ')
[ -n "$missing" ] || exit 0
say "the tests need what is still missing here: ${missing% } (names of Debian packages)"
for package in $missing; do
  case $package in
    chromium) say '  a browser: chromium or google-chrome in the PATH, or npx playwright install chromium' ;;
    gnutls-bin) say '  certtool: gnutls-bin on Debian, gnutls-utils on Fedora, gnutls with Homebrew' ;;
    postgresql) say '  initdb and postgres, 13 or later: postgresql on Debian, postgresql-server on Fedora, postgresql with Homebrew' ;;
    *) say "  $package: the package of that name of your system" ;;
  esac
done
say "on Debian: sudo apt-get install --no-install-recommends ${missing% }"
exit 1
