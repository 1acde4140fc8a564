# Some of the hostile files: what make test has time for.
QUICK=1
. scripts/walks/hostile.sh
