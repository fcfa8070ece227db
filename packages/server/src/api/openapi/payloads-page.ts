import { retryPresetNames } from '@posthorn/contract'
import { headersOf, limits, parseExactJson, retryPolicy, sign, signingProfiles, type SigningProfile } from '#domain'
import { documentationFrame, documentationPages } from './documentation-frame.ts'
import { html, type Html } from './html.ts'

/** How what an endpoint is sent looks, how it is verified, and what to answer. `body`: of the example, as it would be sent. */
export function payloadsPage({ eventType, body }: { eventType: string; body: string }): string {
  return documentationFrame({
    title: 'Payloads',
    contents: html`${documentationPages}
      <ul>
        ${sections.map(({ id, title }) => html`<li><a href="#${id}">${title}</a></li>`)}
      </ul>`,
    main: html`<h1>Payloads</h1>
      <p>How a webhook looks, how to verify it, and what to answer. What can happen stands under <a href="/docs/events">Events</a>.</p>
      ${sections.map(
        ({ id, title, text }) =>
          html`<h2 id="${id}">${title}</h2>
            ${text({ eventType, body })}`,
      )}`,
  })
}

interface Example {
  readonly eventType: string
  readonly body: string
}

const sections: readonly { readonly id: string; readonly title: string; readonly text: (example: Example) => Html }[] = [
  { id: 'request', title: 'The request', text: request },
  { id: 'headers', title: 'Headers', text: headers },
  { id: 'verify', title: 'Verifying', text: verify },
  { id: 'answer', title: 'What to answer', text: answer },
  { id: 'retries', title: 'Retries', text: retries },
]

function request({ eventType, body }: Example): Html {
  return html`<p>
      A <code>POST</code> with <code>Content-Type: application/json</code>. The body is an envelope around the event's data; the example is
      of <a href="/docs/events#${eventType}"><code>${eventType}</code></a
      >.
    </p>
    <pre>${JSON.stringify(parseExactJson(body), null, 2)}</pre>
    <table>
      ${envelope.map(
        ([name, means]) =>
          html`<tr>
            <td><code>${name}</code></td>
            <td>${means}</td>
          </tr>`,
      )}
    </table>
    <p>A sender may also write the whole body by itself. Then there is no envelope, and the event's id stands in the headers.</p>`
}

const envelope = [
  ['id', 'The id of the event: the same however often it is sent. Deduplicate by it.'],
  ['type', 'The event type.'],
  ['created_at', 'When it happened, ISO 8601 in UTC.'],
  ['timestamp', 'The same time, under the name that Standard Webhooks gives it.'],
  ['business_id', 'Whose event it is: the application, by its uid or id.'],
  ['data', 'What the event type says.'],
] as const

/** For show. Nobody signs with it. */
const secrets: Readonly<Record<SigningProfile, string>> = {
  standard: 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD',
  svix: 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD',
  hex: 'cd6e2be6c464419ee1b1bab994bd6eecb1829473247ae5fe5aa0ac6821cc5f9f',
}

const about: Readonly<Record<SigningProfile, string>> = {
  standard: 'Standard Webhooks: its libraries, in any language, verify it.',
  svix: 'The same under the names that Svix’s libraries know.',
  hex: 'One hexadecimal signature. The secret is used as it is, as text.',
}

function headers({ eventType, body }: Example): Html {
  return html`<p>
      Each endpoint has one signing profile. The examples are real: they sign the body above, as it was sent, with the secret that stands
      beside them. Custom headers of the endpoint come along.
    </p>
    ${signingProfiles.map((profile) => {
      const { id } = JSON.parse(body) as { id: string }
      const attemptId = 'atmpt_01hq3Zc0vYkqT7mB5nXw4E'
      const timestampSeconds = Date.UTC(2026, 2, 12, 14, 3) / 1000
      const signed = sign({ profile, secrets: [secrets[profile]], id, timestampSeconds, body: Buffer.from(body), attemptId, eventType })
      return html`<h3 id="${profile}"><code>${profile}</code></h3>
        <p>${about[profile]} Example secret: <code>${secrets[profile]}</code></p>
        <pre>
${Object.entries(signed)
  .map(([name, value]) => `${name}: ${value}`)
  .join('\n')}</pre>`
    })}
    <table>
      <tr>
        <th></th>
        ${signingProfiles.map((profile) => html`<th><code>${profile}</code></th>`)}
      </tr>
      ${meanings.map(
        ([means, named]) =>
          html`<tr>
            <td>${means}</td>
            ${signingProfiles.map((profile) => html`<td>${named(profile)}</td>`)}
          </tr>`,
      )}
    </table>`
}

const code = (text: string | undefined) => (text === undefined ? '' : html`<code>${text}</code>`)
const meanings: readonly (readonly [string, (profile: SigningProfile) => Html | string])[] = [
  ['the event’s id, the same over all attempts', (profile) => code(headersOf(profile).id)],
  ['time of this attempt, Unix seconds', (profile) => code(headersOf(profile).timestamp)],
  ['signature', (profile) => code(headersOf(profile).signature)],
  ['id of this attempt, new each time', (profile) => code(headersOf(profile).attemptId)],
  ['event type', (profile) => code(headersOf(profile).eventType)],
  ['what is signed', (profile) => code(profile === 'hex' ? '{timestamp}.{body}' : '{id}.{timestamp}.{body}')],
  ['key', (profile) => (profile === 'hex' ? 'the secret, as text' : html`what follows <code>whsec_</code>, base64-decoded`)],
  [
    'written as',
    (profile) => (profile === 'hex' ? '64 hexadecimal digits' : html`<code>v1,</code> and base64; <code>v1a,</code> for Ed25519`),
  ],
]

function verify(): Html {
  return html`<p>
      Verify the bytes as they came, before anything parses them, and refuse with 401 what does not verify or is older than five minutes.
      While a secret is being rotated there are several signatures, separated by spaces; one that fits is enough.
    </p>
    <h3>standard, svix</h3>
    <pre>
import { Webhook } from 'standardwebhooks' // or 'svix'

const event = new Webhook(secret).verify(body, headers) // throws if it is not genuine</pre>
    <h3>hex</h3>
    <pre>
import { createHmac, timingSafeEqual } from 'node:crypto'

const timestamp = headers['x-webhook-timestamp']
if (!(Math.abs(Date.now() / 1000 - Number(timestamp)) &lt;= 300)) throw new Error('too old')
const expected = createHmac('sha256', secret).update(\`\${timestamp}.\`).update(body).digest()
const given = headers['x-webhook-signature'].split(' ').map((hex) =&gt; Buffer.from(hex, 'hex'))
if (!given.some((one) =&gt; one.length === expected.length &amp;&amp; timingSafeEqual(one, expected))) throw new Error('wrong signature')</pre>
    <p>Do not rely on the addresses that webhooks come from: they may change. The signature is the proof.</p>`
}

function answer(): Html {
  return html`<ul>
    <li>Any 2xx says that you have it. Anything else, a redirect too, is a failure, and it is sent again.</li>
    <li>
      Answer within ${limits.attemptTimeoutMs / 1000} seconds unless another deadline was agreed: keep the event first, answer, and do heavy
      work afterwards.
    </li>
    <li><code>410 Gone</code> says that you want no more: the endpoint is disabled.</li>
    <li><code>429</code> or <code>503</code> with <code>Retry-After</code> (seconds or a date) slows down what is sent to you.</li>
    <li>The same event may come more than once, and not always in order. Its id tells copies apart.</li>
  </ul>`
}

function retries(): Html {
  return html`<p>
      What failed is sent again by the endpoint's policy, and then counts as failed; its owner can send it again at any time. After
      ${limits.circuitAfterFailures} failures in a row only one request every ${limits.circuitProbeMs / 1000} seconds probes whether the
      endpoint is back, and the others wait; an endpoint that keeps failing is disabled.
    </p>
    <table>
      <tr>
        <th>policy</th>
        <th>waits before each retry</th>
      </tr>
      ${retryPresetNames.map((name) => {
        const { waitsMs, tailWaitMs, totalMsMax, jitter } = retryPolicy(name)
        const tail = tailWaitMs === null ? '' : `, then every ${duration(tailWaitMs)}`
        const total = totalMsMax === null ? '' : `, for ${duration(totalMsMax)} in all`
        const spread = jitter === 0 ? '' : `, each varied by ${jitter * 100} %`
        return html`<tr>
          <td><code>${name}</code></td>
          <td>${waitsMs.map(duration).join(', ')}${tail}${total}${spread}</td>
        </tr>`
      })}
    </table>`
}

/** In the largest unit that divides it. */
function duration(ms: number): string {
  const [size, unit] = units.find(([one]) => ms % one === 0) ?? [1, 'ms']
  return `${(ms / size).toLocaleString('en-US')} ${unit}`
}

const units = [
  [3_600_000, 'h'],
  [60_000, 'min'],
  [1000, 's'],
] as const
