#!/bin/sh
# Builds everything and runs every test: ./test.sh [arguments for dotnet test, such as --filter Protocol]
# Its last line is "N passed, N failed, N skipped". It fails when a test failed, when none ran, and in CI also when one was skipped.
set -eu
cd "$(dirname "$0")"

export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DEBIAN_FRONTEND=noninteractive

packages='mariadb-server postgresql redis-server rabbitmq-server chromium python3-stomp libnet-stomp-perl'
results=TestResults/all.trx

say() { printf '\n== %s\n' "$*"; }
fail() { printf '%s\n' "$*" >&2; exit 1; }

command -v dotnet >/dev/null || fail 'The .NET 10 SDK is not installed: https://dotnet.microsoft.com/download'
command -v npm >/dev/null || fail 'Node 20 with npm is not installed: https://nodejs.org'

# The servers that tests run on ports and folders of their own, and the STOMP clients of Python and Perl. Elsewhere than on Debian they are
# installed by hand: a test that misses one says so by name.
missing_packages() {
  command -v dpkg-query >/dev/null || return 0
  for package in $packages; do
    dpkg-query -W -f '${db:Status-Abbrev}' "$package" 2>/dev/null | grep -q '^ii' || printf '%s ' "$package"
  done
}

# The packages' own instances are not wanted: Debian asks policy-rc.d before it starts a service, and 101 forbids it.
install_packages() {
  policy=/usr/sbin/policy-rc.d
  if [ ! -e "$policy" ]; then
    trap 'rm -f "$policy"' EXIT
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod +x "$policy"
  fi
  apt-get update -q
  apt-get install -q -y --no-install-recommends "$@"
}

missing=$(missing_packages)
if [ -n "$missing" ]; then
  if [ "$(id -u)" -eq 0 ]; then
    say "Installing $missing"
    # shellcheck disable=SC2086 # a list of words
    (install_packages $missing)
  else
    say "Tests will be missing servers; to install them: sudo apt-get install --no-install-recommends $missing"
  fi
fi

for folder in Chat.Tests/Clients Stomp.Gateway/ClientApp; do
  if [ -f "$folder/package-lock.json" ] && [ ! "$folder/node_modules/.package-lock.json" -nt "$folder/package-lock.json" ]; then
    say "npm ci in $folder"
    npm ci --prefix "$folder" --no-audit --no-fund
  fi
done

say 'Building'
dotnet restore --locked-mode -v q
dotnet build -c Release --no-restore -v q
dotnet format --verify-no-changes --no-restore

say 'Testing the web page'
status=0
npm test --prefix Stomp.Gateway/ClientApp || status=1

say 'Testing'
rm -f "$results"
dotnet test -c Release --no-build --results-directory "${results%/*}" --logger "trx;LogFileName=${results##*/}" "$@" || status=$?

count() { sed -n "s/.*<Counters .*\\b$1=\"\\([0-9]*\\)\".*/\\1/p" "$results"; }

total=0 executed=0 passed=0
if [ -f "$results" ]; then
  total=$(count total) executed=$(count executed) passed=$(count passed)
fi
failed=$((executed - passed)) skipped=$((total - executed))

[ "$executed" -gt 0 ] || status=1
[ "$failed" -eq 0 ] || status=1
[ "${CI:-}" != true ] || [ "$skipped" -eq 0 ] || status=1
printf '\n%d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"
exit "$status"
