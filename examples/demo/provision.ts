type Api = <T>(method: string, path: string, body?: unknown) => Promise<T>

export type EndpointName = 'healthy' | 'shaky' | 'down'

/** Sets up an application as its owner would: an event type, three endpoints, a listener for GitHub, and a flow between them. */
export async function provision(api: Api, options: { secret: string; urls: Readonly<Record<EndpointName, string>> }) {
  await api('POST', '/app', { uid: 'demo', name: 'Demo' })
  await api('POST', '/event-type', { name: 'github.event', description: 'Something happened on GitHub.' })
  // Short waits, so that the demo shows a retry within seconds.
  const endpoint = (uid: EndpointName) =>
    api<{ id: string; secret: string }>('POST', '/app/demo/endpoint', {
      uid,
      url: options.urls[uid],
      eventTypes: ['github.*'],
      retryPolicy: { waitsSeconds: [1, 1, 2, 5, 60, 3600] },
    })
  const endpoints = { healthy: await endpoint('healthy'), shaky: await endpoint('shaky'), down: await endpoint('down') }
  const listener = await api<{ publicUrl: string }>('POST', '/app/demo/listener', {
    uid: 'github',
    name: 'GitHub',
    system: 'github',
    suffix: '/github',
    methods: ['POST'],
    auth: { kind: 'preset', secrets: [options.secret] },
  })
  const flow = await api<{ id: string }>('POST', '/app/demo/flow', {
    name: 'GitHub to customers',
    trigger: { kind: 'webhook', listener: 'github' },
    steps: [
      {
        id: 'shaped',
        kind: 'transform',
        expression: "{ 'repository': body.repository.full_name, 'sender': body.sender.login, 'action': body.action }",
      },
      {
        id: 'announce',
        kind: 'emit_event',
        eventType: 'github.event',
        payload: {
          delivery: "{{ headers['x-github-delivery'] }}",
          event: "{{ headers['x-github-event'] }}",
          about: '{{ steps.shaped.output }}',
        },
      },
      { id: 'reply', kind: 'webhook_response', status: 201, body: { ok: true, repository: '{{ steps.shaped.output.repository }}' } },
    ],
  })
  await api('POST', `/app/demo/flow/${flow.id}/publish`)
  return { listenerUrl: listener.publicUrl, endpoints }
}
