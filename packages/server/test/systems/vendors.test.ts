import { EventWebhook } from '@sendgrid/eventwebhook'
import { sign as signGitHub } from '@octokit/webhooks-methods'
import { verifyKey } from 'discord-interactions'
import Stripe from 'stripe'
import { Webhook as StandardWebhook } from 'standardwebhooks'
import { Webhook as SvixWebhook } from 'svix'
import { describe, expect, test } from 'vitest'
import { systemOf } from '#ingest'
import { compileScheme, outcomeOf, requestWith } from '../../../../test/support/scheme-requests.ts'
import { signedExample, type SignedRequest } from './sent-request.ts'
import { signers } from './signers/index.ts'

const NOW_MS = 1_795_000_000_000
const nowSeconds = NOW_MS / 1000
const body = Buffer.from('{"id":"evt_1","text":"h\u00e9llo"}')

/** What a listener for the system says to a request that its sender signed. */
function outcome(
  system: string,
  auth: object,
  request: { headers: Record<string, string>; body: Buffer; url?: string; method?: string; nowSeconds?: number },
) {
  const { headers, ...rest } = request
  return outcomeOf(compileScheme({ kind: 'preset', ...auth }, system), requestWith(headers, { nowSeconds, ...rest }))
}

describe("R93: a listener takes what the vendor's own package signed", () => {
  test('stripe', async () => {
    const stripe = new Stripe('sk_test_1')
    const secret = 'whsec_5WbX5kEWLlfzsGNjH64I8lOOqUB6e8FH'
    const signature = stripe.webhooks.generateTestHeaderString({ payload: body.toString(), secret, timestamp: nowSeconds })
    expect(outcome('stripe', { secrets: ['whsec_older', secret] }, { headers: { 'stripe-signature': signature }, body })).toBe('ok')
    expect(outcome('stripe', { secrets: ['whsec_older'] }, { headers: { 'stripe-signature': signature }, body })).toBe('signature_mismatch')
  })

  test('@octokit/webhooks-methods', async () => {
    const signature = await signGitHub('It is a secret', body.toString())
    expect(outcome('github', { secrets: ['It is a secret'] }, { headers: { 'x-hub-signature-256': signature }, body })).toBe('ok')
  })

  test.each(['standard-webhooks', 'svix', 'openai', 'replicate', 'resend', 'clerk'])('standardwebhooks and svix, as %s', (system) => {
    const secret = `whsec_${Buffer.from('a key of twenty-four bytes').toString('base64')}`
    const at = new Date(NOW_MS)
    const id = 'msg_1'
    const standard = new StandardWebhook(secret).sign(id, at, body.toString())
    const svix = new SvixWebhook(secret).sign(id, at, body.toString())
    for (const [family, signature] of [
      ['webhook', standard],
      ['svix', svix],
    ] as const) {
      const headers = { [`${family}-id`]: id, [`${family}-timestamp`]: String(nowSeconds), [`${family}-signature`]: signature }
      expect(outcome(system, { secrets: [secret] }, { headers, body })).toBe('ok')
    }
  })
})

describe("the vendor's own package takes what the signer of these tests signed, which a listener takes too", () => {
  const signed = async (name: string): Promise<SignedRequest> => signedExample(systemOf(name), signers[name]!, { body })
  const headerOf = ({ headers }: SignedRequest, name: string) => headers.find(([own]) => own === name)![1]

  test('discord-interactions', async () => {
    for (const name of ['discord', 'discord-interactions']) {
      const request = await signed(name)
      const [signature, timestamp] = [headerOf(request, 'X-Signature-Ed25519'), headerOf(request, 'X-Signature-Timestamp')]
      expect(await verifyKey(request.body, signature, timestamp, signers[name]!.auth.secrets[0]!)).toBe(true)
      expect(await verifyKey(Buffer.from('{}'), signature, timestamp, signers[name]!.auth.secrets[0]!)).toBe(false)
    }
  })

  test('@sendgrid/eventwebhook', async () => {
    const request = await signed('sendgrid')
    const vendor = new EventWebhook()
    const key = vendor.convertPublicKeyToECDSA(signers['sendgrid']!.auth.secrets[0]!)
    const [signature, timestamp] = ['', '-Timestamp'].map((end) =>
      headerOf(request, end === '' ? 'X-Twilio-Email-Event-Webhook-Signature' : `X-Twilio-Email-Event-Webhook${end}`),
    ) as [string, string]
    expect(vendor.verifySignature(key, request.body.toString(), signature, timestamp)).toBe(true)
    expect(vendor.verifySignature(key, '[]', signature, timestamp)).toBe(false)
  })
})

describe('R93: a listener takes the examples that vendors published', () => {
  test("GitHub: Hello, World!, signed with It's a Secret to Everybody", () => {
    const headers = { 'X-Hub-Signature-256': 'sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17' }
    expect(outcome('github', { secrets: ["It's a Secret to Everybody"] }, { headers, body: Buffer.from('Hello, World!') })).toBe('ok')
  })

  test('Slack: a slash command of 2018', () => {
    const command =
      'token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c'
    const headers = {
      'X-Slack-Request-Timestamp': '1531420618',
      'X-Slack-Signature': 'v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503',
    }
    const secrets = ['8f742231b10e8888abcd99yyyzzz85a5']
    expect(outcome('slack', { secrets }, { headers, body: Buffer.from(command), nowSeconds: 1_531_420_700 })).toBe('ok')
  })

  test.each([
    ['+14158675309', 'RSOYDt4T1cUTdK1PDd93/VVr8B8='],
    ['+12349013030', '0/KCTR6DLpKmkAf8muzZqo1nDgQ='],
  ])('Twilio: a call of %s to mycompany.com, signed with 12345', (caller, signature) => {
    const form = new URLSearchParams({ To: '+18005551212', From: caller, Digits: '1234', Caller: caller, CallSid: 'CA1234567890ABCDE' })
    const headers = { 'X-Twilio-Signature': signature, 'Content-Type': 'application/x-www-form-urlencoded' }
    const call = { headers, body: Buffer.from(form.toString()) }
    const url = 'https://mycompany.com/myapp.php?foo=1&bar=2'
    expect(outcome('twilio', { secrets: ['12345'] }, { ...call, url })).toBe('ok')
    expect(outcome('twilio', { secrets: ['12345'] }, { ...call, url: `${url}1` })).toBe('signature_mismatch')
  })
})
