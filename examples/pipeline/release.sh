#!/bin/sh
# test → scan → build → deploy with the flag off → ramp. Exits with the code of `rampart ramp run`.
set -eu

. "${STEPS:-$(dirname "$0")/steps.sh}"

IMAGE=${IMAGE:?the image to release}
PREVIOUS_IMAGE=${PREVIOUS_IMAGE:?the image that runs now}
RUN=${RUN:-$IMAGE}

run_tests
scan
build "$IMAGE"
deploy "$IMAGE"

code=0
${RAMPART:-npx rampart} ramp run "${FLAG:?}" -p "${PROJECT:?}" -e "${ENVIRONMENT:?}" \
  --steps "${RAMP_STEPS:-1%:10m,10%:15m,50%:30m,100%}" --run "$RUN" || code=$?

# the flag is back already: nobody meets the bad code. The image follows, so that the next release starts from a good one
if [ "$code" -eq 10 ]; then deploy "$PREVIOUS_IMAGE"; fi
exit "$code"
