# usage: open.sh PACKAGE ID IDENTITY OUT: the leanest way to open and check with public tools: the ciphertext's
# digest beside the decryption, then the manifest. (The signatures take no time; the second digest is left out.)
set -eu
mkdir "$4"
mkfifo "$4/beside"
sha512sum < "$4/beside" > "$4/SHA512SUM" &
tar -x -O -f "$1" "$2/package.tar.age" | tee "$4/beside" | age -d -i "$3" | tar -x -C "$4"
wait
cd "$4/bag"
sha512sum -c --quiet manifest-sha512.txt
sync data/*
