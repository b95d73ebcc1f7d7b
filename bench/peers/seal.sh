# usage: seal.sh CONTENT RECIPIENTS OUT: what an officer's pipe must do at least, all at once: digests of the
# files, archive, encryption, digest of the ciphertext, on the disk. (A package needs more: the manifest
# inside, a second digest, the outer archive.)
set -eu
mkdir "$3"
(cd "$1" && find . -type f -exec sha512sum {} + > "$3/manifest-sha512.txt") &
tar -c -b1 --format=ustar -C "$1" . | age -R "$2" | tee "$3/package.tar.age" | sha512sum > "$3/SHA512SUMS"
wait
sync "$3/package.tar.age"
