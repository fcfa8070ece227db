/** The kinds of steps that this server runs. */
export const availableKinds: ReadonlySet<string> = new Set([
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
  'save_entry',
  'load_entry',
])
