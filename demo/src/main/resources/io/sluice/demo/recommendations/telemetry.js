// OpenTelemetry's JavaScript SDK, told by OTEL_* variables where to send over OTLP.
'use strict';

const { NodeSDK } = require('@opentelemetry/sdk-node');
const { HttpInstrumentation } = require('@opentelemetry/instrumentation-http');

const sdk = new NodeSDK({ instrumentations: [new HttpInstrumentation()] });
sdk.start();

// The shop closes this process's input when it closes.
process.stdin.resume();
process.stdin.on('end', () => {
  sdk.shutdown().finally(() => process.exit(0));
});
