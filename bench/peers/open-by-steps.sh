# usage: open-by-steps.sh PACKAGE ID IDENTITY OUT: the procedure of docs/formats/sealed-package.md as it stands there.
set -eu
mkdir "$4"
cd "$4"
tar xf "$1"
cd "$2"
sha512sum -c --quiet SHA512SUMS
grep -q -F "\"sha512\": \"$(sha512sum < package.tar.age | cut -c 1-128)\"" package.json
age -d -i "$3" package.tar.age | tar x
cd bag
sha512sum -c --quiet tagmanifest-sha512.txt
sha512sum -c --quiet manifest-sha512.txt
sync data/*
