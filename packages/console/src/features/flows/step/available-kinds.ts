/** The kinds of steps that this server runs, and what a flow starts with. */
export const availableKinds: ReadonlySet<string> = new Set([
  'webhook',
  'webhook_response',
  'send_webhook',
  'emit_event',
  'transform',
  'set_meta',
  'branch',
  'filter',
  'stop',
  'fail',
  'validate',
  'code',
  'delay',
  'for_each',
  'http_request',
])
