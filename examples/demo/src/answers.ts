import type { ServerResponse } from 'node:http';
import { describeFault } from '@pwreset/core';

export function send(response: ServerResponse, status: number, type: string, body: string): void {
  response.statusCode = status;
  response.setHeader('Content-Type', `${type}; charset=utf-8`);
  response.end(body);
}

/** A failure as the sso dialect puts it, for what never came to its handler. */
export function fail(response: ServerResponse, status: number, error: string, code: number): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  response.setHeader('Cache-Control', 'no-store');
  send(response, status, 'application/json', JSON.stringify({ error, code, message: error }));
}

/** The operator hears what went wrong, the client only that something did. */
export function fault(response: ServerResponse, error: unknown): void {
  const { name, message } = describeFault(error);
  process.stderr.write(`pwreset demo: ${name}: ${message}\n`);
  fail(response, 500, 'InternalError', 13);
}
