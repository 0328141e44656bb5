#!/usr/bin/env bash
# Starts a broker as apache/kafka does: KAFKA_FOO_BAR is its setting foo.bar.
set -euo pipefail

config=/tmp/server.properties
env | sed -n 's/^KAFKA_//p' | grep -vE '^(HEAP_OPTS|OPTS)=' | while IFS='=' read -r name value; do
  printf '%s=%s\n' "$(tr 'A-Z_' 'a-z.' <<<"$name")" "$value"
done >"$config"

cat >/tmp/logback.xml <<'XML'
<configuration>
  <appender name="out" class="ch.qos.logback.core.ConsoleAppender">
    <encoder><pattern>%d %level %logger - %msg%n</pattern></encoder>
  </appender>
  <root level="WARN"><appender-ref ref="out"/></root>
</configuration>
XML
kafka=(java ${KAFKA_HEAP_OPTS:-} -Dlogback.configurationFile=/tmp/logback.xml -cp '/opt/sluice/app/target/lib/*')
"${kafka[@]}" kafka.tools.StorageTool format --ignore-formatted -t "${CLUSTER_ID:-5L6g3nShT-eMCtK--X86sw}" -c "$config"
exec "${kafka[@]}" kafka.Kafka "$config"
