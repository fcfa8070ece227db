import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { listenerIn } from '#domain'
import { completeListener, systemOf, type System } from '#ingest'
import { openIngestHarness, type IngestHarness, type Sent } from '../../../../test/support/ingest-harness.ts'
import { signedExample } from './sent-request.ts'
import { startSenderHosts, type SenderHosts } from './sender-hosts.ts'
import { signers } from './signers/index.ts'
import { base64, hex } from './signers/signer.ts'

/** As eBay asks: a digest of what both know, and of the address. It has no preset, because its public keys are behind a login. */
const ebay: System = {
  ...systemOf('github'),
  name: 'ebay',
  verifyToken: { label: 'Verification token', where: 'Chosen by you.', required: true },
  handshakes: [
    {
      name: 'challenge',
      when: { method: 'GET', query: { name: 'challenge_code' } },
      signed: false,
      compute: { kind: 'hash', algorithm: 'sha256', of: '{query:challenge_code}{verifyToken}{endpoint}', encoding: 'hex' },
      respond: { status: 200, body: { challengeResponse: '{computed}' }, headers: {} },
    },
  ],
}

let hosts: SenderHosts
let harness: IngestHarness
beforeAll(async () => {
  hosts = await startSenderHosts()
  const known = (name: string) => (name === 'ebay' ? ebay : systemOf(name))
  harness = await openIngestHarness({ change: (deps) => ({ ...deps, egress: hosts.egress, systemOf: known }) })
  for (const name of ['meta', 'dropbox', 'nylas', 'x', 'smartcar', 'okta', 'microsoft-graph', 'asana', 'notion', 'trello', 'aws-sns'])
    await listen(name, signers[name]!.auth)
  await listen('slack', { secrets: [SECRET] })
  for (const name of ['zoom', 'twitch', 'discord', 'discord-interactions', 'front']) await listen(name, signers[name]!.auth)
  await listen('ebay', { secrets: ['s'], verifyToken: 'token-of-both' })
})
afterAll(async () => {
  await harness[Symbol.asyncDispose]()
  await hosts[Symbol.asyncDispose]()
})

const SECRET = 'the secret of the listener'
const secretOf = (name: string) => signers[name]!.auth.secrets[0]!

function listen(name: string, auth: object) {
  const input = { name, system: name, suffix: `/${name}`, auth: { kind: 'preset' as const, secrets: [], ...auth } }
  return harness.addListener(completeListener(listenerIn.parse(input), name === 'ebay' ? ebay : undefined).listener)
}

const ask = async (method: string, path: string, sent: Sent = {}) => harness.send(method, `/in/default/${path}`, sent)

/** The question signed as events are. */
async function askSigned(name: string, body: object, headers: Record<string, string> = {}) {
  const request = await signedExample(systemOf(name), signers[name]!, {
    body: Buffer.from(JSON.stringify(body)),
  })
  return ask('POST', name, { headers: { ...Object.fromEntries(request.headers), ...headers }, body: request.body })
}

describe('R93: questions that nobody signs are answered before anybody has proved anything', () => {
  test('Meta: the challenge, where the verify token is the right one', async () => {
    const query = (token: string) => `meta?hub.mode=subscribe&hub.verify_token=${token}&hub.challenge=1158201444`
    const right = await ask('GET', query('chosen%20by%20me'))
    expect([right.status, right.text, right.headers['content-type']]).toEqual([200, '1158201444', 'text/plain; charset=utf-8'])
    expect((await ask('GET', query('another'))).status).toBe(401)
    expect((await ask('GET', 'meta?hub.mode=subscribe&hub.challenge=1')).status).toBe(401)
  })

  test('Dropbox and Nylas: the challenge as text that no browser takes for anything else', async () => {
    for (const name of ['dropbox', 'nylas']) {
      const answer = await ask('GET', `${name}?challenge=%3Cscript%3E`)
      expect([answer.status, answer.text]).toEqual([200, '<script>'])
      expect(answer.headers).toMatchObject({
        'content-type': 'text/plain; charset=utf-8',
        'x-content-type-options': 'nosniff',
        'content-security-policy': 'sandbox',
      })
      expect((await ask('GET', `${name}?challenge=${'x'.repeat(2001)}`)).status).toBe(401)
    }
  })

  test('X: the challenge, signed with the secret', async () => {
    const answer = await ask('GET', 'x?crc_token=challenge_string')
    expect(answer.json).toEqual({ response_token: `sha256=${base64(secretOf('x'), 'challenge_string')}` })
  })

  test('eBay: the digest of code, token and the public address, whatever the Host header says', async () => {
    const answer = await ask('GET', 'ebay?challenge_code=a1b2', { headers: { host: 'evil.example' } })
    const whole = 'a1b2token-of-bothhttps://hooks.example/in/default/ebay'
    expect(answer.json).toEqual({ challengeResponse: createHash('sha256').update(whole).digest('hex') })
  })

  test('Smartcar: the challenge of its body, signed with the token', async () => {
    const answer = await ask('POST', 'smartcar', { body: JSON.stringify({ eventType: 'VERIFY', data: { challenge: 'abc-123' } }) })
    expect(answer.json).toEqual({ challenge: hex(secretOf('smartcar'), 'abc-123') })
  })

  test('Okta, Microsoft Graph, Asana, Notion and Trello: as each asks', async () => {
    expect((await ask('GET', 'okta', { headers: { 'X-Okta-Verification-Challenge': 'xyz' } })).json).toEqual({ verification: 'xyz' })
    const graph = await ask('POST', 'microsoft-graph?validationToken=a%20b%2Bc', { body: '' })
    expect([graph.status, graph.text, graph.headers['content-type']]).toEqual([200, 'a b+c', 'text/plain; charset=utf-8'])
    expect((await ask('POST', 'asana', { headers: { 'X-Hook-Secret': 'b537' }, body: '{}' })).headers['x-hook-secret']).toBe('b537')
    expect((await ask('POST', 'notion', { body: '{"verification_token":"secret_tMrlL"}' })).status).toBe(200)
    expect((await ask('HEAD', 'trello')).status).toBe(200)
  })

  test('they are recorded, start nothing, and are limited to ten a second', async () => {
    let runs = 0
    harness.onRun(() => runs++)
    const id = await listen('webflow', { secrets: ['x'] })
    expect(id).toMatch(/^lst_/)
    const answers = await Promise.all(Array.from({ length: 40 }, () => ask('GET', 'dropbox?challenge=a')))
    const counts = Object.groupBy(answers, ({ status }) => status)
    expect(Object.keys(counts)).toEqual(['200', '429'])
    expect(counts['200']!.length).toBeLessThan(30)
    expect(counts['429']![0]!.headers['retry-after']).toBe('1')
    expect(runs).toBe(0)
    expect((await harness.requests()).some(({ path, status }) => path === '/in/default/dropbox' && status === 'accepted')).toBe(true)
  })

  test('S6: nothing larger than a question is answered, and what anybody had signed is no event', async () => {
    expect((await ask('POST', 'notion', { body: JSON.stringify({ verification_token: 'a', more: 'x'.repeat(16_384) }) })).status).toBe(401)
    expect((await ask('GET', `x?crc_token=${encodeURIComponent('{"for_user_id":"1"}')}`)).status).toBe(401)
    const { json } = await ask('GET', 'x?crc_token=abc')
    const signature = String(json!['response_token'])
    expect(
      (await ask('POST', 'x', { headers: { 'x-twitter-webhooks-signature': signature, 'content-type': 'text/plain' }, body: 'abc' }))
        .status,
    ).toBe(401)
  })
})

describe('R93: questions that are signed are answered when their signature fits, and not before', () => {
  const zoomed = { event: 'endpoint.url_validation', payload: { plainToken: 'qgg8vlvZRS6UYooatFL8Aw' } }

  test('Zoom: the token and its HMAC', async () => {
    expect((await askSigned('zoom', zoomed)).json).toEqual({
      plainToken: 'qgg8vlvZRS6UYooatFL8Aw',
      encryptedToken: hex(secretOf('zoom'), 'qgg8vlvZRS6UYooatFL8Aw'),
    })
    expect((await ask('POST', 'zoom', { body: JSON.stringify(zoomed) })).status).toBe(401)
  })

  test('Slack, Twitch, Front and Discord: as each asks', async () => {
    const slack = Buffer.from('{"type":"url_verification","challenge":"3eZbrw1a"}')
    const time = String(Math.floor(Date.now() / 1000))
    const headers = { 'X-Slack-Request-Timestamp': time, 'X-Slack-Signature': `v0=${hex(SECRET, `v0:${time}:`, slack)}` }
    expect((await ask('POST', 'slack', { headers, body: slack })).json).toEqual({ challenge: '3eZbrw1a' })
    expect((await ask('POST', 'slack', { body: slack })).status).toBe(401)
    const twitch = await askSigned('twitch', { challenge: 'pogchamp' }, { 'Twitch-Eventsub-Message-Type': 'webhook_callback_verification' })
    expect([twitch.status, twitch.text]).toEqual([200, 'pogchamp'])
    expect((await askSigned('front', {}, { 'X-Front-Challenge': 'c1' })).text).toBe('c1')
    expect((await askSigned('discord', { version: 1, type: 0 })).status).toBe(204)
    expect((await askSigned('discord-interactions', { id: '1', type: 1 })).json).toEqual({ type: 1 })
  })
})

describe('R93: Amazon SNS', () => {
  const confirmation = (change: object = {}) => ({
    Type: 'SubscriptionConfirmation',
    MessageId: '165545c9',
    Token: '2336412f37',
    TopicArn: 'arn:aws:sns:us-west-2:123456789012:MyTopic',
    Message: 'You have chosen to subscribe.',
    SubscribeURL: 'https://sns.us-west-2.amazonaws.com/?Action=ConfirmSubscription&Token=2336412f37',
    Timestamp: '2026-11-20T08:00:00.000Z',
    SignatureVersion: '2',
    SigningCertURL: 'https://sns.us-west-2.amazonaws.com/SimpleNotificationService-f3ecfb7224c7233fe7bb5f59f96de52f.pem',
    ...change,
  })
  const CONFIRM = 'sns.us-west-2.amazonaws.com/?Action=ConfirmSubscription&Token=2336412f37'

  test('a subscription is confirmed at the address that its sender names, and asked to come again where that fails', async () => {
    expect((await askSigned('aws-sns', confirmation())).status).toBe(503)
    hosts.pages.set(CONFIRM, { status: 200, body: '<ConfirmSubscriptionResponse/>' })
    expect((await askSigned('aws-sns', confirmation())).status).toBe(200)
    expect(hosts.asked.filter((page) => page === CONFIRM)).toHaveLength(2)
  })

  test.each([
    ['of another topic', { TopicArn: 'arn:aws:sns:us-west-2:666666666666:Evil' }],
    ['that confirms elsewhere', { SubscribeURL: 'https://sns.s3-us-west-2.amazonaws.com/' }],
    [
      'signed with a certificate of a bucket',
      { SigningCertURL: 'https://sns.s3-us-west-2.amazonaws.com/SimpleNotificationService-0a.pem' },
    ],
    ['signed with a certificate of another path', { SigningCertURL: 'https://sns.us-west-2.amazonaws.com/mine.pem' }],
    ['signed with a certificate over http', { SigningCertURL: 'http://sns.us-west-2.amazonaws.com/SimpleNotificationService-0a.pem' }],
    ['with a version that there is none of', { SignatureVersion: '3' }],
  ])('S1: a subscription %s is neither confirmed nor fetched', async (_, change) => {
    const before = hosts.asked.length
    const answer = await askSigned('aws-sns', confirmation(change))
    // What is signed and confirms elsewhere is an event like any other.
    expect(answer.status).toBe('SubscribeURL' in change ? 200 : 401)
    expect(hosts.asked.slice(before).filter((page) => !page.endsWith('f3ecfb7224c7233fe7bb5f59f96de52f.pem'))).toEqual([])
  })

  test('S6: a notification with a signed field changed is refused, and with one that is not signed it is taken', async () => {
    const request = await signedExample(systemOf('aws-sns'), signers['aws-sns']!)
    const sent = JSON.parse(request.body.toString()) as Record<string, string>
    const post = (body: object) => ask('POST', 'aws-sns', { headers: Object.fromEntries(request.headers), body: JSON.stringify(body) })
    for (const name of ['Message', 'MessageId', 'Subject', 'TopicArn', 'Type', 'Signature'])
      expect((await post({ ...sent, [name]: `${sent[name]!.slice(0, -1)}x` })).status, name).toBe(401)
    expect((await post({ ...sent, SubscribeURL: 'https://evil.example' })).status).toBe(401)
    expect((await post({ ...sent, UnsubscribeURL: 'https://sns.us-west-2.amazonaws.com/' })).status).toBe(200)
  })
})
