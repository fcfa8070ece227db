import type { SigningProfile } from '@posthorn/sdk/signing'
import { Facts } from '../../ui/page.tsx'
import type { Attempt } from './queries.ts'
import { VerifyIt } from './verify-it.tsx'

const signed: Readonly<Record<string, string>> = {
  'webhook-id': 'webhook-id',
  'svix-id': 'svix-id',
  'x-webhook-id': 'X-Webhook-ID',
}

const profiles: Readonly<Record<string, SigningProfile>> = { webhook: 'standard', svix: 'svix', 'x-webhook': 'hex' }

/** What was signed, piece by piece, and what the receiver checks it with. */
export function SignatureView({ attempt: { request } }: { readonly attempt: Attempt }) {
  const value = (name: string): string | undefined => request.headers.find(([one]) => one.toLowerCase() === name)?.[1]
  const head = Object.keys(signed).find((name) => value(name) !== undefined)
  const family = head?.slice(0, -'-id'.length)
  if (family === undefined) return <p className="text-text-2">This request was not signed.</p>
  const hex = family === 'x-webhook'
  const timestamp = value(`${family}-timestamp`) ?? ''
  const id = value(`${family}-id`) ?? ''
  return (
    <>
      <Facts
        rows={[
          [
            'Signed text',
            <code key="t" className="font-mono break-all">
              {hex ? `${timestamp}.` : `${id}.${timestamp}.`}
              <span className="text-text-3">body</span>
            </code>,
          ],
          ['Algorithm', hex ? 'HMAC-SHA256, hexadecimal' : 'HMAC-SHA256, base64'],
          [
            'Signature',
            <code key="s" className="font-mono break-all">
              {value(`${family}-signature`)}
            </code>,
          ],
        ]}
      />
      <p className="text-text-2">
        The receiver computes the same over the body exactly as it arrived, before it is parsed, and refuses what is older than five
        minutes.
      </p>
      <VerifyIt request={request} profile={profiles[family] ?? 'standard'} timestampSeconds={Number(timestamp)} />
    </>
  )
}
