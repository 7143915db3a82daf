'use strict';
/**
 * Loaded before a function's code: whatever it asks of a host of AWS goes to the offline AWS, path and headers unchanged.
 *
 * SDK clients have their endpoint from the environment. This is for addresses that code takes from somewhere else, such as
 * the ResponseURL of a custom resource, and it makes sure that nothing reaches the real AWS.
 */
const http = require('node:http');
const https = require('node:https');
const { syncBuiltinESMExports } = require('node:module');
const { urlToHttpOptions } = require('node:url');

const server = new URL(process.env.AWS_ENDPOINT_URL);

/** Hosts of AWS, and buckets that the SDK put in front of the server's own name, which not every machine resolves. */
const isAws = (host) => /\.(amazonaws\.com(\.cn)?|localhost)(:\d+)?$/.test(host ?? '');

function redirect(module) {
  const { request } = module;
  const redirected = (...args) => {
    const callback = typeof args.at(-1) === 'function' ? args.pop() : undefined;
    const [first, more] = typeof args[0] === 'string' ? [new URL(args[0]), args[1]] : args;
    const options = first instanceof URL ? { ...urlToHttpOptions(first), ...more } : { ...first, ...more };
    const host = options.hostname ?? options.host;
    if (!isAws(host)) {
      return request(options, callback);
    }
    const { agent, defaultPort, servername, ...rest } = options;
    const headers = Array.isArray(rest.headers) ? rest.headers : { host, ...rest.headers };
    return plainRequest({ ...rest, headers, protocol: 'http:', host: server.hostname, hostname: server.hostname, port: server.port }, callback);
  };
  module.request = redirected;
  module.get = (...args) => {
    const sent = redirected(...args);
    sent.end();
    return sent;
  };
}

const plainRequest = http.request;
redirect(http);
redirect(https);

const plainFetch = globalThis.fetch;
globalThis.fetch = (input, init) => {
  const url = new URL(input instanceof Request ? input.url : input);
  if (!isAws(url.hostname)) {
    return plainFetch(input, init);
  }
  const here = new URL(url.pathname + url.search, server);
  return plainFetch(input instanceof Request ? new Request(here, input) : here, init);
};

syncBuiltinESMExports();
