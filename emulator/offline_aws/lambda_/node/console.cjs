'use strict';
/** The console as the Node runtime of Lambda formats it. */
const { format } = require('node:util');

const LEVELS = { trace: 'TRACE', debug: 'DEBUG', log: 'INFO', info: 'INFO', warn: 'WARN', error: 'ERROR' };

/** Makes each call of the console one line of text or one JSON object. */
exports.logTo = (logFormat, requestId) => {
  const formatted = logFormat === 'JSON' ? asJson : asText;
  for (const [method, level] of Object.entries(LEVELS)) {
    console[method] = (...args) => {
      process.stdout.write(`${formatted(new Date().toISOString(), requestId(), level, args)}\n`);
    };
  }
};

/** A line break would start another log event. */
const asText = (time, requestId, level, args) => `${time}\t${requestId}\t${level}\t${format(...args).replaceAll('\n', '\r')}`;

const asJson = (timestamp, requestId, level, args) => {
  const message = args.length === 1 && typeof args[0] === 'object' && !(args[0] instanceof Error) ? args[0] : format(...args);
  return JSON.stringify({ timestamp, level, requestId, message });
};
