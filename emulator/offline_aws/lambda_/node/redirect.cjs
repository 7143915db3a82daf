'use strict';
/**
 * Loaded before the code of a function: redirects its requests to AWS hosts to the offline AWS, with the same path and headers.
 *
 * SDK clients get their endpoint from the environment. This is for URLs from other sources, such as
 * the ResponseURL of a custom resource, and it ensures that no request reaches the real AWS.
 */
const http = require('node:http');
const https = require('node:https');
const { syncBuiltinESMExports } = require('node:module');
const { urlToHttpOptions } = require('node:url');

const server = new URL(process.env.AWS_ENDPOINT_URL);

/** AWS hosts, and bucket names that the SDK put before the host name of the server, which not every machine resolves. */
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
