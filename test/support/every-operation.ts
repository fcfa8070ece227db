import { operations } from '@posthorn/contract'
import { schemaExample } from '../../packages/server/src/domain/index.ts'
import type { Ids } from './access-world.ts'

export interface OperationCall {
  readonly id: string
  /** As `TestApi.call` takes it. */
  readonly methodAndPath: string
  readonly body: unknown
  readonly writes: boolean
  readonly isPublic: boolean
}

/** What the schema alone does not say: rules over several fields, and names of what is there. */
const bodies: Readonly<Record<string, (ids: Ids) => unknown>> = {
  'v1.application.create': () => ({ name: 'x' }),
  'v1.application.update': () => ({ name: 'x' }),
  patch_application: () => ({ name: 'x' }),
  patch_event_type: () => ({ description: 'y' }),
  patch_endpoint: () => ({ description: 'x' }),
  'v1.event-type.import': () => ({ eventTypes: [{ name: 'imported.type', description: 'x' }] }),
  'v1.endpoint.create': () => ({ url: 'http://127.0.0.1:8080/' }),
  'v1.endpoint.update': () => ({ url: 'http://127.0.0.1:8080/' }),
  'v1.endpoint.send-example': () => ({ eventType: 'svix.ping' }),
  'v1.endpoint.recover': () => ({ since: '2020-01-01T00:00:00Z' }),
  'v1.endpoint.replay-missing': () => ({ since: '2020-01-01T00:00:00Z' }),
  'v1.endpoint.rotate-secret': () => ({}),
  'v1.message.create': () => ({ eventType: 'order.paid', payload: {} }),
  'v1.listener.create': () => ({ name: 'y', suffix: '/y', auth: { kind: 'none' } }),
  'v1.listener.update': () => ({ name: 'y', suffix: '/y', auth: { kind: 'none' } }),
  'v1.flow.create': () => ({ name: 'y', trigger: { kind: 'job' }, steps: [] }),
  'v1.flow.update': () => ({ name: 'y', trigger: { kind: 'job' }, steps: [] }),
  'v1.endpoint.update-headers': () => ({ headers: { 'X-A': 'b' } }),
  'v1.endpoint.patch-headers': () => ({ headers: { 'X-A': 'b' } }),
  'v1.filter.test': () => ({ filter: {}, payload: {} }),
  'v1.transformation.test': () => ({ expression: '$', payload: {} }),
  'v1.listener.patch': () => ({ name: 'z' }),
  'v1.listener.capture': ({ request_id }) => ({ request: request_id }),
  'v1.flow.patch': () => ({ name: 'z' }),
  'v1.flow.test': () => ({ document: {} }),
  'v1.mapping.test': () => ({ template: '{{ body }}', requests: [{ document: {} }] }),
  'v1.message.create-batch': ({ app_id }) => ({ messages: [{ application: app_id, eventType: 'order.paid', payload: {} }] }),
  'v1.delivery.cancel-many': ({ delivery_id }) => ({ deliveryIds: [delivery_id] }),
  'v1.replay.create': ({ endpoint_id }) => ({ filter: { endpointId: endpoint_id } }),
  'v1.request.replay': ({ flow_id }) => ({ flow: flow_id }),
  'v1.request.resend': () => ({}),
  'v1.request.replay-all': ({ listener_id }) => ({ filter: { listenerId: listener_id } }),
  'v1.connection.put': () => ({ baseUrl: 'http://127.0.0.1:8080/v2', auth: { kind: 'none' } }),
  'v1.entry.create': () => ({ document: {} }),
  'v1.entry.update': () => ({ document: {} }),
  'v1.run.cancel-many': ({ run_id }) => ({ runIds: [run_id] }),
  'v1.run.again-many': ({ flow_id }) => ({ filter: { flow: flow_id, status: 'ok' } }),
  'v1.template.apply': () => ({ inputs: { targetUrl: 'http://127.0.0.1:8080/' } }),
  'v1.run.create': ({ flow_id }) => ({ flow: flow_id }),
  'v1.view.create': () => ({ list: 'runs', name: 'Another', search: {} }),
  'v1.view.patch': () => ({ name: 'Other' }),
  'v1.member.create': () => ({ email: 'new@example.com', name: 'New', role: 'viewer' }),
  'v1.member.patch': () => ({ name: 'Other' }),
  'v1.session.create': () => ({ email: 'nobody@example.com', password: 'four words in a row' }),
  'v1.session.complete-sign-in': () => ({ code: 'a-code', state: 'a-state' }),
  'v1.session.redeem-link': () => ({ token: 'phl_nothing', name: 'Ines', password: 'four words in a row' }),
}

/** A call of every operation of the API that names what is there, so that it gets as far as the store. */
export function everyOperation(ids: Ids): readonly OperationCall[] {
  return operations.map((operation) => {
    const path = operation.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => ids[name] ?? 'nothing')
    const schema = operation.documentedBody ?? operation.body
    const body =
      bodies[operation.id]?.(ids) ?? (schema && (schemaExample(schema.toJSONSchema({ io: 'input', unrepresentable: 'any' })) ?? {}))
    return {
      ...{ id: operation.id, methodAndPath: `${operation.method} /${path}`, body },
      ...{ writes: operation.access === 'write', isPublic: operation.scope === 'public' },
    }
  })
}
