#!/usr/bin/env bash
# Starts one node as opensearchproject/opensearch does with discovery.type=single-node and without its
# security plugin.
set -euo pipefail

mkdir -p /tmp/config
cat >/tmp/config/opensearch.yml <<'YAML'
network.host: 0.0.0.0
discovery.type: single-node
YAML
# The runner adds a node's number to the port, and the first is 1.
exec java ${OPENSEARCH_JAVA_OPTS:-} -cp '/opt/opensearch/*' org.codelibs.opensearch.runner.OpenSearchRunner \
  -basePath /usr/share/opensearch -confPath /tmp/config -dataPath /usr/share/opensearch/data -numOfNode 1 \
  -baseHttpPort 9199 -printOnFailure
