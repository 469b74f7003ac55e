import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { checkConformance } from '../conformance/index.js';
import { httpModel } from './http.js';

type Sentences = string[][];

/** A server on loopback; gives its address and counts its requests. */
async function serve(
  answer: (sentences: Sentences, response: ServerResponse, request: number) => void,
) {
  const served = { requests: 0, url: '' };
  const server = createServer(async (request, response) => {
    const { sentences } = JSON.parse(await text(request));
    answer(sentences, response, ++served.requests);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  served.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  return served;
}

/** Every "Kaldur" is a place. */
const tag = (sentences: Sentences) => ({
  spans: sentences.map((words) =>
    words.flatMap((word, start) =>
      word === 'Kaldur' ? [{ start, end: start + 1, label: 'LOC' }] : [],
    ),
  ),
});

const answer = (sentences: Sentences, response: ServerResponse) => {
  response.end(JSON.stringify(tag(sentences)));
};

const labels = ['LOC'];
const kaldur = [{ start: 1, end: 2, label: 'LOC' }];

test('conforms', async () => {
  const { url } = await serve(answer);
  await checkConformance(() => httpModel(url, { labels, batchSize: 5 }));
});

test('sentences go in batches, those without words not at all', async () => {
  const served = await serve(answer);
  const base = httpModel(served.url, { labels, batchSize: 2 });
  const sentences = [['in', 'Kaldur'], [], ['a'], ['in', 'Kaldur']];
  expect(await base.predict(sentences)).toEqual([kaldur, [], [], kaldur]);
  expect(served.requests).toBe(2);
});

test('a server that is busy is asked again, after the time that it names', async () => {
  const served = await serve((sentences, response, request) => {
    if (request > 2) answer(sentences, response);
    else response.writeHead(request === 1 ? 503 : 429, { 'retry-after': '0' }).end('busy');
  });
  expect(await httpModel(served.url, { labels }).predict([['in', 'Kaldur']])).toEqual([kaldur]);
  expect(served.requests).toBe(3);
});

test('after the last attempt the error says what came', async () => {
  const served = await serve((_, response) => response.writeHead(500).end('out of memory'));
  const base = httpModel(served.url, { labels, retries: 1, backOffMs: 1 });
  await expect(base.predict([['a']])).rejects.toThrow('got status 500: out of memory (attempt 2)');
});

test('a request that is refused is not repeated', async () => {
  const served = await serve((_, response) => response.writeHead(401).end('who are you?'));
  await expect(httpModel(served.url, { labels }).predict([['a']])).rejects.toThrow(
    'status 401: who are you?',
  );
  expect(served.requests).toBe(1);
});

test('a server that does not answer in time is given up', async () => {
  const served = await serve(() => {});
  const base = httpModel(served.url, { labels, timeoutMs: 500, retries: 1, backOffMs: 1 });
  await expect(base.predict([['a']])).rejects.toThrow('got no answer in 500 ms (attempt 2)');
  expect(served.requests).toBe(2);
});

test('an abort ends the wait at once, with its reason', async () => {
  const served = await serve(() => {});
  const controller = new AbortController();
  const running = httpModel(served.url, { labels }).predict([['a']], { signal: controller.signal });
  setTimeout(() => controller.abort(new Error('enough')), 20);
  await expect(running).rejects.toThrow('enough');
});

test.each([
  ['{"spans": []}', 'a list for each of 1 sentences'],
  ['<html>', 'got <html>'],
  ['{"spans": [[{"start": 0, "end": 2, "label": "LOC"}]]}', '0 ≤ start < end ≤ 1'],
  ['{"spans": [[{"start": 0, "end": 1, "label": "PER"}]]}', 'a label among LOC'],
])('the answer %s is an error', async (body, message) => {
  const served = await serve((_, response) => response.end(body));
  await expect(httpModel(served.url, { labels }).predict([['a']])).rejects.toThrow(message);
});
