// Copies applications, event types and endpoints from Svix (or from anything with its API) to Posthorn, with the secrets that receivers
// verify by. It can be run again: what is there already is brought up to date, and its secret stays. It changes nothing at Svix.
//
//   FROM_URL=https://api.eu.svix.com FROM_TOKEN=sk_... TO_URL=https://posthorn.example.com TO_TOKEN=phk_... node move-from-svix.mjs
//
// `npm install svix` first, version 2.
import { ApiException, Svix } from 'svix'

const { FROM_URL, FROM_TOKEN, TO_URL, TO_TOKEN } = process.env
const from = new Svix(FROM_TOKEN, { serverUrl: FROM_URL })
const to = new Svix(TO_TOKEN, { serverUrl: TO_URL })

/** Every item of a list, a page at a time. */
async function* all(list) {
  let iterator = null
  for (let done = false; !done;) {
    const page = await list({ limit: 50, iterator })
    yield* page.data
    ;({ iterator, done } = page)
  }
}

/** Svix's ids cannot be Posthorn's. An object that you gave no uid is called by its old id behind "svix-". */
const nameOf = ({ uid, id }) => uid ?? `svix-${id.replace(/^[a-z]+_/, '')}`

async function isThere(get) {
  try {
    return Boolean(await get())
  } catch (error) {
    if (error instanceof ApiException && error.code === 404) return false
    throw error
  }
}

for await (const eventType of all((page) => from.eventType.list({ ...page, includeArchived: true, withContent: true }))) {
  const { name, featureFlag, featureFlags = featureFlag ? [featureFlag] : [] } = eventType
  await to.eventType.upsert(name, { ...eventType, featureFlags })
  console.log(`event type  ${name}`)
}

for await (const application of all((page) => from.application.list(page))) {
  const app = nameOf(application)
  await to.application.upsert(app, { ...application, uid: app })
  // Deliveries are signed under svix-id, svix-timestamp and svix-signature, as your customers' receivers expect.
  const headers = { authorization: `Bearer ${TO_TOKEN}`, 'content-type': 'application/json' }
  const patched = await fetch(`${TO_URL}/api/v1/app/${app}`, { method: 'PATCH', headers, body: JSON.stringify({ defaultSigning: 'svix' }) })
  if (!patched.ok) throw new Error(await patched.text())
  console.log(`application ${application.id} -> ${app}`)

  for await (const endpoint of all((page) => from.endpoint.list(application.id, page))) {
    const uid = nameOf(endpoint)
    if (await isThere(() => to.endpoint.get(app, uid))) await to.endpoint.upsert(app, uid, { ...endpoint, uid })
    else {
      const { key: secret } = await from.endpoint.getSecret(application.id, endpoint.id)
      await to.endpoint.create(app, { ...endpoint, uid, secret })
    }
    const { headers: custom, sensitive } = await from.endpoint.getHeaders(application.id, endpoint.id)
    await to.endpoint.patchHeaders(app, uid, { headers: custom })
    console.log(`  endpoint  ${endpoint.id} -> ${uid}`)
    // Svix does not read them back to anybody.
    if (sensitive.length > 0) console.log(`            set these headers by hand: ${sensitive.join(', ')}`)
  }
}
