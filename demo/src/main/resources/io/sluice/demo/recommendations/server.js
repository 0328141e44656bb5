// What else a customer may like: GET /recommendations/p-3.
'use strict';

const http = require('node:http');
const { metrics, trace } = require('@opentelemetry/api');
const { logs, SeverityNumber } = require('@opentelemetry/api-logs');

const PRODUCTS = 12;
const logger = logs.getLogger('shop.recommendations');
const given = metrics
  .getMeter('shop.recommendations')
  .createCounter('shop.recommendations', { description: 'Products recommended.' });

const server = http.createServer((request, response) => {
  const match = /^\/recommendations\/p-(\d{1,4})$/.exec(request.url);
  if (request.method !== 'GET' || !match) {
    response.writeHead(404).end();
    return;
  }
  const span = trace.getActiveSpan();
  span?.updateName('GET /recommendations/{product}');
  span?.setAttribute('http.route', '/recommendations/{product}');
  const product = Number(match[1]);
  const others = [1, 2, 3].map((step) => `p-${((product + step) % PRODUCTS) + 1}`);
  given.add(others.length);
  logger.emit({
    severityNumber: SeverityNumber.INFO,
    severityText: 'INFO',
    body: `recommending ${others.length} products`,
  });
  response.writeHead(200, { 'Content-Type': 'application/json' });
  response.end(JSON.stringify(others));
});

server.listen(0, '127.0.0.1', () => console.log(`listening on ${server.address().port}`));
