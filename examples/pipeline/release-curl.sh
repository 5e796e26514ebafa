#!/bin/sh
# The same with curl alone: start the ramp, ask until it has ended, read how.
set -eu

. "${STEPS:-$(dirname "$0")/steps.sh}"

IMAGE=${IMAGE:?the image to release}
PREVIOUS_IMAGE=${PREVIOUS_IMAGE:?the image that runs now}
RUN=${RUN:-$IMAGE}
ramps="${RAMPART_URL:?}/api/v1/projects/${PROJECT:?}"

call() { curl --fail-with-body --silent --show-error --header "Authorization: Bearer ${RAMPART_TOKEN:?}" "$@"; }
# the first member of that name in the JSON on standard input
member() { sed -n "s/.*\"$1\":\"\\([^\"]*\\)\".*/\\1/p" | head -n 1; }

run_tests
scan
build "$IMAGE"
deploy "$IMAGE"

# asking again with the same run answers with the same ramp, so a repeated job goes on watching
ramp=$(call --header 'Content-Type: application/json' \
  --data "{\"steps\":\"${RAMP_STEPS:-1%:10m,10%:15m,50%:30m,100%}\",\"run\":\"$RUN\"}" \
  "$ramps/environments/${ENVIRONMENT:?}/flags/${FLAG:?}/ramps" | grep -o 'r_[a-z0-9]*' | head -n 1)

state=running
while [ "$state" = running ] || [ "$state" = paused ] || [ "$state" = baking ] || [ "$state" = scheduled ]; do
  answer=$(call --retry 10 --retry-all-errors "$ramps/ramps/$ramp?wait=60s")
  state=$(printf '%s' "$answer" | grep -o '"state":"[a-z_]*"' | head -n 1 | cut -d '"' -f 4)
  printf '%s' "$answer" | member sentence
done

case $state in
  completed) exit 0 ;;
  rolled_back) deploy "$PREVIOUS_IMAGE" && exit 10 ;;
  *) exit 11 ;;
esac
