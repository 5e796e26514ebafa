# The steps for the shop of `npm start`: an image whose name ends in -defect has the shop's defect.

tour() { node -p "require('./${RAMPART_DATA:-data}/tour.json'.replace('.//', '/')).$1"; }

: "${RAMPART_URL:=$(tour url)}" "${RAMPART_TOKEN:=$(tour rampToken)}"
: "${PROJECT:=demo}" "${ENVIRONMENT:=production}" "${FLAG:=new-checkout-flow}"
: "${RAMP_STEPS:=1%:5s,10%:5s,50%:5s,100%}"
export RAMPART_URL RAMPART_TOKEN

run_tests() { node --check examples/pipeline/shop-image.mjs; }

scan() { ! grep -rn 'eval(' examples/shop/src; }

build() { echo "built $1"; }

deploy() { node examples/pipeline/shop-image.mjs "$1" "${DEFECT_URL:-$(tour defectUrl)}"; }
