import { isIP } from 'node:net'
import { addressOrRange } from '@posthorn/contract'
import { z } from 'zod'
import { signInProviders } from './sign-in-providers.ts'

/** One setting: everything that is said about it is said here; docs/configuration.md and `config print` are made from it. */
export interface Setting<T> {
  readonly schema: z.ZodType<T>
  readonly meaning: string
  /** As a person would write it in the documentation. */
  readonly default: string
  readonly secret?: true
}

const setting = <T>(schema: z.ZodType<T>, about: { meaning: string; default: string; secret?: true }): Setting<T> => ({ schema, ...about })

// Settings come as text (environment, flags) or as YAML values: each schema takes both. Nothing is coerced: a key that YAML reads as a
// number would become another key, and an empty text the port 0.
const text = z.string('must be text; in posthorn.yaml, put it in quotes').trim().min(1, 'is empty')
const optional = <T>(schema: z.ZodType<T>) => schema.nullable().default(null)
const wholeNumber = (min: number, max: number) => {
  const fault = `must be a whole number from ${min} to ${max}`
  const digits = (value: unknown) => (typeof value === 'string' && /^\d{1,15}$/.test(value.trim()) ? Number(value) : value)
  return z.preprocess(digits, z.int(fault).min(min, fault).max(max, fault))
}
const flag = z.preprocess(
  (value) => (value === 'true' || value === '1' ? true : value === 'false' || value === '0' ? false : value),
  z.boolean('must be true or false'),
)
const list = <T extends string>(item: z.ZodType<T>, fault: string) =>
  z.preprocess(
    (value) =>
      typeof value === 'string'
        ? value
            .split(',')
            .map((part) => part.trim())
            .filter((part) => part !== '')
        : value,
    z.array(item, fault),
  )
const cidrs = list(
  z.string('must be comma-separated addresses or CIDRs, such as 10.0.0.0/8').superRefine((value, context) => {
    const message = networkFault(value)
    if (message !== undefined) context.addIssue({ code: 'custom', message })
  }),
  'must be comma-separated addresses or CIDRs, such as 10.0.0.0/8',
)
const bypassFault = 'must be comma-separated hosts, suffixes such as .corp.example, addresses or CIDRs'
const hostsAndNetworks = list(
  z.string(bypassFault).superRefine((value, context) => {
    // What could be read as a number is meant to be an address.
    const isName = /^\.?(?:[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?\.)*[a-z_](?:[a-z0-9_-]*[a-z0-9_])?$/i.test(value)
    const message = isName ? undefined : networkFault(value)
    if (message !== undefined) context.addIssue({ code: 'custom', message: `${message}, nor a host or a suffix such as .corp.example` })
  }),
  bypassFault,
)
/** Each part must be one that an address could fall into. IPv4 in the dress of IPv6 never is: such addresses are undressed first. */
function networkFault(value: string): string | undefined {
  if (!addressOrRange.safeParse(value).success) return `has "${value}", which is neither an address nor a CIDR such as 10.0.0.0/8`
  return /^::ffff:/i.test(value) ? `has "${value}": write the IPv4 address itself, as in 10.0.0.0/8` : undefined
}
const originFault = 'must be comma-separated origins, such as https://app.example.com'
const origins = list(
  z.string(originFault).refine((value) => URL.parse(value)?.origin === value && /^https?:/.test(value), originFault),
  originFault,
)
const url = (protocols: readonly string[]) =>
  text.refine(
    (value) => URL.canParse(value) && protocols.includes(new URL(value).protocol),
    `must be a URL that begins with ${protocols.map((p) => `${p}//`).join(' or ')}`,
  )
const proxy = url(['http:', 'https:', 'socks5:']).refine((value) => {
  const { hostname, pathname, search, hash, username, password } = URL.parse(value) ?? {}
  return (
    hostname !== '' && (pathname === '/' || pathname === '') && search === '' && hash === '' && isPercentEncoded(`${username}${password}`)
  )
}, 'must be a URL such as http://user:password@proxy.example:3128, without a path, its user and password percent-encoded')
function isPercentEncoded(value: string): boolean {
  try {
    return typeof decodeURIComponent(value) === 'string'
  } catch {
    return false
  }
}
const base = (value: string) => {
  const { search, hash, username } = URL.parse(value) ?? { search: '', hash: '', username: '' }
  return search === '' && hash === '' && username === '' && !/[?#]/.test(value)
}
const host = text.refine(
  (value) => isIP(value) !== 0 || /^[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?$/.test(value),
  'must be an address such as 0.0.0.0 or ::1, or the name of a host, without a scheme, a port or brackets',
)
const KEY_LENGTH = { min: 24, max: 256 }
/** What can stand behind "Bearer" in a header, and in no other way. */
const apiKey = text
  .min(KEY_LENGTH.min, `must have at least ${KEY_LENGTH.min} characters`)
  .max(KEY_LENGTH.max, `must have at most ${KEY_LENGTH.max} characters`)
  .regex(/^[\x21-\x7e]*$/, 'must have no spaces and no characters outside ASCII: a header could not hold them')
const roles = ['ingest', 'flows', 'delivery', 'api'] as const
/** `name=value` with commas between, as OpenTelemetry's own variables have them: a value is percent-encoded where it holds a comma. */
const pairs = (name: RegExp, fault: string) =>
  list(
    z.string(fault).refine((pair) => name.test(pair.slice(0, Math.max(0, pair.indexOf('='))).trim()) && isEncoded(pair), fault),
    fault,
  )
function isEncoded(text: string): boolean {
  try {
    return decodeURIComponent(text) !== ''
  } catch {
    return false
  }
}
const share = 'must be a number from 0 to 1, such as 0.1'
const megabytes = (value: number) => value * 1024 * 1024

export const settings = {
  port: setting(wholeNumber(0, 65535).default(8400), {
    meaning: 'Port of the API, the console and (unless split off) the listeners. 0 takes a free one.',
    default: '8400',
  }),
  host: setting(host.default('127.0.0.1'), {
    meaning: 'Address to listen on. Use 0.0.0.0 to be reached from other machines.',
    default: '127.0.0.1',
  }),
  ingressPort: setting(optional(wholeNumber(0, 65535)), {
    meaning: 'A port of its own for the listeners (`/in/...`), so that the rest stays private.',
    default: 'same as the port',
  }),
  data: setting(text.default('./posthorn-data'), {
    meaning: 'Folder of the embedded store, of files and of the master key.',
    default: './posthorn-data',
  }),
  databaseUrl: setting(optional(url(['postgres:', 'postgresql:'])), {
    meaning: 'A PostgreSQL database (14 or newer) instead of the embedded SQLite.',
    default: 'embedded SQLite',
    secret: true,
  }),
  storeThread: setting(z.enum(['auto', 'always', 'never'], 'must be auto, always or never').default('auto'), {
    meaning: 'Whether the embedded store works on a thread of its own: `auto` (where there are two cores or more), `always` or `never`.',
    default: 'auto',
  }),
  workers: setting(wholeNumber(1, 64).default(1), {
    meaning: 'Processes that share the work on one port, each a node of its own on the PostgreSQL database; one that ends is replaced.',
    default: '1',
  }),
  publicUrl: setting(optional(url(['http:', 'https:']).refine(base, 'must be a URL without credentials, a query and a fragment')), {
    meaning: 'Base of the URLs that are shown to senders.',
    default: 'http://localhost:8400 (with the port that is used)',
  }),
  apiKey: setting(optional(apiKey), {
    meaning:
      'A first organisation key, for automation: 24 to 256 visible ASCII characters. Otherwise one is made and printed once. A start with one that was revoked is refused.',
    default: 'made at first start',
    secret: true,
  }),
  masterKey: setting(optional(text.min(32, 'must have at least 32 characters')), {
    meaning: 'Key that encrypts secrets at rest; otherwise made in the data folder.',
    default: 'made at first start',
    secret: true,
  }),
  egressAllow: setting(cidrs.default([]), {
    meaning: 'Comma-separated addresses and CIDRs that deliveries may reach although they are not public.',
    default: 'none',
  }),
  allowHttp: setting(flag.default(false), { meaning: 'Allows `http:` targets beside `https:`.', default: 'false' }),
  egressCa: setting(optional(text), {
    meaning: 'File with further certificate authorities (PEM) to trust when delivering.',
    default: 'none',
  }),
  egressProxy: setting(optional(proxy), {
    meaning:
      'URL of a proxy that everything goes out through: `http://`, `https://` or `socks5://`, with `user:password@` where it asks for them. Proxies of the environment (`HTTPS_PROXY`) are ignored.',
    default: 'none: directly',
    secret: true,
  }),
  egressProxyBypass: setting(hostsAndNetworks.default([]), {
    meaning:
      'What is reached beside that proxy: comma-separated hosts, suffixes such as `.corp.example`, addresses and CIDRs. This machine always is.',
    default: 'none',
  }),
  egressProxyResolves: setting(flag.default(false), {
    meaning:
      'Whether that proxy resolves host names, for networks in which this machine cannot. It then has to refuse names that lead inside (docs/operations.md).',
    default: 'false',
  }),
  tlsCert: setting(optional(text), {
    meaning: 'File with the certificate of this server and its chain (PEM): both ports then speak HTTPS. Read anew when it changes.',
    default: 'none: plain HTTP',
  }),
  tlsKey: setting(optional(text), {
    meaning: 'File with the private key of that certificate (PEM), without a passphrase.',
    default: 'none',
  }),
  tlsClientCa: setting(optional(text), {
    meaning: 'File with the authorities (PEM) whose client certificates callers are asked for, so that listeners can authenticate by them.',
    default: 'none: nobody is asked',
  }),
  secretsReveal: setting(z.enum(['once', 'always'], 'must be once or always').default('once'), {
    meaning: 'Whether endpoint secrets can be read again: `once` (10 minutes after they were made) or `always`, as Svix does.',
    default: 'once',
  }),
  roles: setting(
    list(z.enum(roles, `must be some of ${roles.join(', ')}`), `must be some of ${roles.join(', ')}`)
      .refine((given) => given.length > 0, `must be some of ${roles.join(', ')}`)
      .default([...roles]),
    { meaning: 'What this process does.', default: 'ingest,flows,delivery,api' },
  ),
  trustedProxies: setting(cidrs.default([]), {
    meaning: 'Addresses and CIDRs of proxies whose X-Forwarded-For is believed.',
    default: 'none',
  }),
  portalHosts: setting(origins.default([]), {
    meaning: 'Sites that may show the portal of customers in a frame, for example https://app.example.com. Commas between them.',
    default: 'none',
  }),
  signInProviders: setting(signInProviders.default([]), {
    meaning:
      'Providers of OpenID Connect that members may sign in with: a list, in the environment as JSON; docs/operations.md has its fields.',
    default: 'none: passwords only',
    secret: true,
  }),
  logLevel: setting(z.enum(['debug', 'info', 'warn', 'error'], 'must be debug, info, warn or error').default('info'), {
    meaning: 'How much is logged: debug, info, warn or error.',
    default: 'info',
  }),
  bodyBytesMax: setting(wholeNumber(1024, megabytes(1024)).default(megabytes(10)), {
    meaning: 'Largest body of a request to a listener, in bytes.',
    default: '10485760',
  }),
  uploadBytesMax: setting(wholeNumber(1024, megabytes(1024)).default(megabytes(256)), {
    meaning: 'Largest multipart form with its files, in bytes.',
    default: '268435456',
  }),
  fileBytesMax: setting(wholeNumber(1024, megabytes(1024)).default(megabytes(200)), {
    meaning: 'Largest file of a form, in bytes.',
    default: '209715200',
  }),
  filesBytesMax: setting(wholeNumber(1024, 1_000_000_000_000_000).default(megabytes(10 * 1024)), {
    meaning: 'What all files of an application may take, in bytes.',
    default: '10737418240',
  }),
  siloBytesMax: setting(wholeNumber(1024, 1_000_000_000_000_000).default(megabytes(1024)), {
    meaning: 'What all entries in the silo of an application may take with their versions, in bytes.',
    default: '1073741824',
  }),
  siloEntriesMax: setting(wholeNumber(1, 1_000_000_000).default(100_000), {
    meaning: 'Entries that the silo of an application may have.',
    default: '100000',
  }),
  payloadBytesMax: setting(wholeNumber(1024, megabytes(64)).default(megabytes(1)), {
    meaning: 'Largest payload of a message, in bytes.',
    default: '1048576',
  }),
  otlpUrl: setting(optional(url(['http:', 'https:']).refine(base, 'must be a URL without credentials, a query and a fragment')), {
    meaning: 'Collector of OpenTelemetry that traces are sent to, by OTLP over HTTP; `/v1/traces` is added unless it ends so.',
    default: 'none: no traces',
  }),
  otlpHeaders: setting(
    pairs(/^[!#$%&'*+.^_`|~\w-]+$/, 'must be headers such as authorization=Bearer%20abc, commas between them').default([]),
    { meaning: 'Headers for it: `name=value`, commas between them, values percent-encoded.', default: 'none', secret: true },
  ),
  otlpResource: setting(
    pairs(/^[\w.-]+$/, 'must be attributes such as deployment.environment.name=production, commas between them').default([]),
    {
      meaning:
        'What all spans say of where they come from: `name=value`, commas between them. `service.name` is `posthorn` unless it stands here.',
      default: 'none',
    },
  ),
  traceShare: setting(
    z
      .preprocess(
        (value) => (typeof value === 'string' && /^\d*\.?\d+$/.test(value.trim()) ? Number(value) : value),
        z.number(share).min(0, share).max(1, share),
      )
      .default(1),
    {
      meaning:
        'How large a share of the traces that begin here is sent, 0 to 1. A request that comes with a `traceparent` is sent if that says so.',
      default: '1',
    },
  ),
  disableAfter: setting(wholeNumber(1, 1_000_000).default(100), {
    meaning: 'Consecutive failed attempts after which an endpoint is disabled.',
    default: '100',
  }),
  retentionDays: setting(wholeNumber(1, 36_500).default(30), {
    meaning: 'Days that requests, runs, messages, deliveries and attempts are kept. Live work is never removed.',
    default: '30',
  }),
  fileRetentionDays: setting(wholeNumber(1, 36_500).default(30), {
    meaning: 'Days that files of forms are kept. Those of unfinished runs are never removed.',
    default: '30',
  }),
  auditRetentionDays: setting(wholeNumber(1, 36_500).default(365), { meaning: 'Days that the audit log is kept.', default: '365' }),
} as const satisfies Record<string, Setting<unknown>>

export type SettingName = keyof typeof settings
export type Config = { readonly [Name in SettingName]: z.output<(typeof settings)[Name]['schema']> }

/** `databaseUrl` -> `POSTHORN_DATABASE_URL`. */
export function environmentName(name: string): string {
  return `POSTHORN_${name.replaceAll(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`
}

/** `databaseUrl` -> `--database-url`. */
export function flagName(name: string): string {
  return `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
}
