// docs/systems.md, made from the catalogue in packages/server/src/ingest/systems.
import { existsSync } from 'node:fs'
import { allSystems, type System } from '../packages/server/src/ingest/index.ts'

const categories: Readonly<Record<string, string>> = {
  generic: 'Generic',
  payments: 'Payments and accounting',
  commerce: 'Commerce',
  code: 'Code, builds and operations',
  crm: 'Customers, forms and documents',
  messaging: 'Messaging and social',
  productivity: 'Productivity and files',
  identity: 'Identity',
  cloud: 'Clouds and devices',
}

export async function systemsPage(): Promise<string> {
  const systems = await allSystems()
  const sections = Object.entries(categories).map(([category, title]) => {
    const own = systems.filter((system) => system.category === category && system.scheme.kind !== 'none')
    return `## ${title}\n\n${own.map(section).join('\n')}`
  })
  return `# Systems

Generated from \`packages/server/src/ingest/systems/catalogue\` by \`npm run docs\`; a test compares them. \`GET /api/v1/system\` (\`posthorn system list\`) says the same.

A listener with one of these as its \`system\` and \`"auth": { "kind": "preset", "secrets": [...] }\` verifies what the system sends on the raw bytes, answers its
questions, and replies as it wants to be answered: ${systems.length - 1} of them. Any other sender is \`custom\`, with an authentication of its own: [sending to Posthorn](sending.md) has the fields.

"Known from" says how sure we are of the scheme: \`vendor\` where its own software, or an example that it published, passes in our tests; \`documented\` where its documentation says so;
\`secondary\` where others say so. Each is sent through real sockets by a second implementation in the tests, with its forgeries.

${sections.join('\n')}`
}

function section(system: System): string {
  const { name, title, docs, eventType, dedupKey, batch, handshakes, acknowledgement, addresses, notes, evidence } = system
  const guide = existsSync(new URL(`../docs/receiving-from/${name}.md`, import.meta.url))
    ? `, [step by step](receiving-from/${name}.md)`
    : ''
  const rows = [
    ['verified by', describeScheme(system)],
    ['event type', eventType.map(code).join(', else ')],
    ['copies are known by', knownBy(system, dedupKey)],
    ['many events', batch === null ? '' : describeBatch(batch)],
    ['answered by itself', handshakes.map((one) => `${one.name}${one.signed ? '' : ' (unsigned)'}`).join(', ')],
    ['wants', acknowledgement === null ? '' : describeAcknowledgement(acknowledgement)],
    ['comes from', addresses === null ? '' : describeAddresses(name, addresses)],
    ['known from', `\`${evidence}\`${docs === null ? '' : `; [its documentation](${docs})`}${guide}`],
  ].filter(([, text]) => text !== '')
  const asked = askedFor(system).map(([field, text]) => `| \`${field}\` | ${text} |`)
  const table = ['| | |', '|---|---|', ...asked, ...rows.map(([label, text]) => `| ${label} | ${text} |`)]
  return `### ${title}\n\n\`"system": "${name}"\`\n\n${table.join('\n')}\n${notes.map((note) => `\n- ${note}`).join('')}${notes.length > 0 ? '\n' : ''}`
}

function askedFor({ secret, verifyToken, settings }: System): [string, string][] {
  const shown = ({ label, where }: { label: string; where: string }) => `**${label}**. ${where}`
  return [
    ...(secret === null ? [] : [['auth.secrets', shown(secret)] as [string, string]]),
    ...(verifyToken === null ? [] : [['auth.verifyToken', shown(verifyToken)] as [string, string]]),
    ...settings.map((one): [string, string] => [`auth.settings.${one.name}`, shown(one)]),
  ]
}

function knownBy({ scheme }: System, dedupKey: readonly string[]): string {
  return scheme.kind === 'standard_webhooks' ? 'the signed id' : dedupKey.map(code).join(', else ')
}

function describeBatch({ items, eventType, dedupKey }: NonNullable<System['batch']>): string {
  const type = eventType.length === 0 ? '' : `; event type ${eventType.map(code).join(', else ')}`
  const shown = dedupKey.length === 0 ? '' : `; copies are known by ${dedupKey.map(code).join(', else ')}`
  return `in ${code(items)}, one run for each with \`"split": {}\`${type}${shown}`
}

function describeAcknowledgement({ status, statuses, body, deadlineMs }: NonNullable<System['acknowledgement']>): string {
  const taken = statuses === undefined ? '2xx' : statuses.join(', ')
  const said = body === undefined ? '' : body === '' ? ' with no body' : ` with the body \`${body}\``
  return `${taken}${said} within ${deadlineMs / 1000} s; a listener answers ${status}`
}

function describeAddresses(name: string, { ranges, asOf, source }: NonNullable<System['addresses']>): string {
  return `\`preset:${name}\` in \`allowedIps\`: ${ranges.map(code).join(', ')}, [published](${source}) as of ${asOf}`
}

function describeScheme({ scheme }: System): string {
  switch (scheme.kind) {
    case 'none':
      return ''
    case 'api_key':
      return `the secret itself in the ${scheme.in === 'header' ? 'header' : 'query parameter'} ${code(scheme.name)}`
    case 'bearer':
    case 'basic':
      return 'user name and password (Basic)'
    case 'token':
      return `the secret itself in the field ${code(scheme.field)}`
    case 'jwt':
      return `a token (JWT, ${scheme.algorithms.join(', ')}) in ${code(scheme.header)}${scheme.bodyHash === null ? '' : `, whose claim ${code(scheme.bodyHash.claim)} is the digest of the body`}`
    case 'standard_webhooks':
      return `Standard Webhooks: ${scheme.profiles.map((profile) => code(profile === 'svix' ? 'svix-signature' : 'webhook-signature')).join(' or ')}`
    default:
      return describeSigned(scheme)
  }
}

type Signed = Extract<System['scheme'], { signedString: string }>

function describeSigned(scheme: Signed): string {
  const names = {
    hmac: 'HMAC',
    hash: 'digest',
    ed25519: 'Ed25519',
    ecdsa: 'ECDSA',
    rsa: 'RSA',
    certificate: 'RSA with the certificate that it names',
  } as const
  const digest = 'algorithm' in scheme ? `-${scheme.algorithm.toUpperCase().replace('SHA', 'SHA-')}` : ''
  const place = scheme.header ?? scheme.query ?? scheme.field ?? ''
  const within = scheme.pair === null ? '' : `, pair ${code(scheme.pair)}`
  const time = scheme.timestamp === null ? '' : `; ${scheme.timestamp.toleranceSeconds} s old at most`
  return `${names[scheme.kind]}${digest} of ${code(scheme.signedString)}, ${scheme.encoding}, in ${code(place)}${within}${time}`
}

function code(text: string): string {
  return `\`${text}\``
}
