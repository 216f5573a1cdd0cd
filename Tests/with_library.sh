# Sourced by the scripts that take LIBRARY as their first argument, which is relative to the repository's folder.
#
# Goes to that folder. Sets `library`, `soname` and `work`: a folder that goes away with the script, in which programs
# find the library when they are linked and when they run.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
library=$(realpath "$1")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# A program finds the library by its soname, whatever the file that was passed is called.
soname=$(readelf --dynamic "$library" | sed -n 's/.*(SONAME).*\[\(.*\)\]/\1/p')
ln -s "$library" "$work/${soname:-libdense.so}"
ln -sf "$library" "$work/libdense.so"
export LD_LIBRARY_PATH="$work"
