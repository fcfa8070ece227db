interface RouteOfId {
  readonly to: string
  readonly params: Readonly<Record<string, string>>
  readonly noun: string
}

const routes: Readonly<Record<string, { readonly to: string; readonly param: string; readonly noun: string }>> = {
  dlv: { to: '/a/$app/deliveries/$delivery', param: 'delivery', noun: 'delivery' },
  req: { to: '/a/$app/requests/$request', param: 'request', noun: 'request' },
  run: { to: '/a/$app/runs/$run', param: 'run', noun: 'run' },
  msg: { to: '/a/$app/messages/$message', param: 'message', noun: 'message' },
  lst: { to: '/a/$app/listeners/$listener', param: 'listener', noun: 'listener' },
  flow: { to: '/a/$app/flows/$flow', param: 'flow', noun: 'flow' },
  entry: { to: '/a/$app/silo/$entry', param: 'entry', noun: 'entry' },
  rpl: { to: '/a/$app/replays/$replay', param: 'replay', noun: 'replay' },
  ep: { to: '/a/$app/settings/webhooks/$endpoint', param: 'endpoint', noun: 'endpoint' },
}

/** The page of an id, whatever it belongs to: its prefix says it. Undefined where no id begins so. */
export function routeOfId(app: string, id: string): RouteOfId | undefined {
  const route = /^[a-z]+_\w+$/i.test(id) ? routes[id.slice(0, id.indexOf('_'))] : undefined
  return route && { to: route.to, params: { app, [route.param]: id }, noun: route.noun }
}
