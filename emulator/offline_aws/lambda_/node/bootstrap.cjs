'use strict';
/**
 * Runs one event through a function's handler, as the Node runtime of Lambda does.
 *
 * The request is a line of JSON on standard input, which stays open while the server runs. Messages go to the
 * descriptor that the argument names: `ready` once the handler is loaded, then the payload.
 */
const { existsSync, readSync, writeFileSync } = require('node:fs');
const { basename, dirname, join } = require('node:path');
const { pathToFileURL } = require('node:url');
const { logTo } = require('./console.cjs');

const answers = Number(process.argv[2]);
const environment = process.env;
const exit = process.exit;

const tell = (message) => writeFileSync(answers, `${JSON.stringify(message)}\n`);

/** Ends the process with the payload, like an environment that Lambda freezes and never uses again. */
function succeed(result) {
  tell({ payload: JSON.stringify(result) ?? 'null' });
  exit(0);
}

function fail(error, type) {
  const known = error instanceof Error;
  const failure = {
    errorType: type ?? (known ? error.name : typeof error),
    errorMessage: known ? error.message : typeof error === 'string' ? error : JSON.stringify(error),
    trace: known ? (error.stack ?? '').split('\n') : [],
  };
  console.error('Invoke Error', known ? error.stack : failure);
  tell({ payload: JSON.stringify(failure), failed: true });
  exit(0);
}

/** The handler: `folder/file.name`, where the name may be a path into objects. */
async function load() {
  const [file, ...names] = basename(environment._HANDLER).split('.');
  const path = join(environment.LAMBDA_TASK_ROOT, dirname(environment._HANDLER), file);
  const found = ['', '.js', '.mjs', '.cjs'].map((extension) => path + extension).find((candidate) => existsSync(candidate));
  if (!found) {
    throw Object.assign(new Error(`Error: Cannot find module '${file}'`), { type: 'Runtime.ImportModuleError' });
  }
  const handler = names.reduce((value, name) => value?.[name], await modules(found));
  if (typeof handler !== 'function') {
    throw Object.assign(new Error(`${environment._HANDLER} is undefined or not exported`), { type: 'Runtime.HandlerNotFound' });
  }
  return handler;
}

async function modules(file) {
  try {
    return file.endsWith('.mjs') ? await import(pathToFileURL(file).href) : require(file);
  } catch (error) {
    if (error.code === 'ERR_REQUIRE_ESM') {
      return import(pathToFileURL(file).href);
    }
    const type = { MODULE_NOT_FOUND: 'Runtime.ImportModuleError', ERR_MODULE_NOT_FOUND: 'Runtime.ImportModuleError' }[error.code];
    throw Object.assign(error, { type: type ?? (error instanceof SyntaxError ? 'Runtime.UserCodeSyntaxError' : error.name) });
  }
}

/** Waits for the request. */
function receive() {
  const chunks = [];
  const buffer = Buffer.alloc(65536);
  for (;;) {
    const length = readSync(0, buffer);
    if (length === 0) {
      exit(1);
    }
    chunks.push(Buffer.from(buffer.subarray(0, length)));
    if (buffer[length - 1] === 0x0a) {
      return JSON.parse(Buffer.concat(chunks).toString());
    }
  }
}

function contextOf(request, deadline, callback) {
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionName: environment.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: environment.AWS_LAMBDA_FUNCTION_VERSION,
    memoryLimitInMB: environment.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: environment.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: environment.AWS_LAMBDA_LOG_STREAM_NAME,
    invokedFunctionArn: request.invokedFunctionArn,
    awsRequestId: request.requestId,
    clientContext: request.clientContext ?? undefined,
    getRemainingTimeInMillis: () => Math.max(deadline - Date.now(), 0),
    succeed,
    fail: (error) => fail(error),
    done: callback,
  };
}

function endWithServer() {
  process.stdin.on('end', () => exit(1));
  process.stdin.resume();
  process.stdin.unref();
}

async function main() {
  logTo(environment.AWS_LAMBDA_LOG_FORMAT, () => requestId);
  let requestId = '';
  let handler;
  try {
    handler = await load();
  } catch (error) {
    fail(error, error.type);
  }
  tell({ ready: true });
  const request = receive();
  requestId = request.requestId;
  endWithServer();

  // The answer when the event loop is empty.
  let rest = null;
  process.on('beforeExit', () => succeed(rest));
  process.on('uncaughtException', (error) => fail(error));
  process.on('unhandledRejection', (error) => fail(error, 'Runtime.UnhandledPromiseRejection'));

  const callback = (error, result) => {
    if (error !== undefined && error !== null) {
      fail(error);
    } else if (context.callbackWaitsForEmptyEventLoop) {
      rest = result;
    } else {
      succeed(result);
    }
  };
  const context = contextOf(request, Date.now() + request.timeoutMillis, callback);
  try {
    const result = handler(JSON.parse(request.event), context, callback);
    if (typeof result?.then === 'function') {
      result.then(succeed, (error) => fail(error));
    }
  } catch (error) {
    fail(error);
  }
}

void main();
