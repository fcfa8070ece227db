import type { MappingContext, TriggerData } from './context.ts'

/** A context with something in every place, for tests of what reads one. */
export function exampleContext(trigger: Partial<TriggerData> = {}, rest: Partial<MappingContext> = {}): MappingContext {
  return {
    trigger: {
      method: 'POST',
      path: '/orders/7',
      params: { id: '7' },
      query: { page: '2' },
      headers: { 'x-custom': 'h' },
      body: {},
      files: [],
      ip: '192.0.2.1',
      eventType: null,
      ...trigger,
    },
    steps: { order: { status: 'OK', output: { total: 1200 } } },
    run: { id: 'run_1', flowId: 'flow_1', version: 1, key: 'k', applicationId: 'app_1', createdAt: 0 },
    meta: { source: 'shop' },
    entry: { id: 'entry_1', document: {} },
    faults: [{ provider: 'send_webhook', step_id: 'notify', code: 'timeout', message: 'too slow', paths: [] }],
    secrets: { erp: 's3cret' },
    turn: null,
    missing: () => {},
    ...rest,
  }
}
