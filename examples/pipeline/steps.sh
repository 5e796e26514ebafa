# What your team does. Each function fails when its step fails.

run_tests() { npm test; }

scan() { npm audit --omit=dev --audit-level=high; }

# build IMAGE
build() { docker build --tag "$1" . && docker push "$1"; }

# deploy IMAGE: to every machine, with the flag off nobody meets the new code
deploy() {
  kubectl set image deployment/shop "shop=$1"
  kubectl rollout status deployment/shop --timeout=5m
}
