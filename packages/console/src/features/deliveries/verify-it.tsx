import { type SigningProfile, verifyAsync } from '@posthorn/sdk/signing'
import { useMutation } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { Button } from '../../ui/button.tsx'
import { TextField } from '../../ui/field.tsx'
import { Note } from '../../ui/note.tsx'
import type { Attempt } from './queries.ts'

interface Props {
  readonly request: Attempt['request']
  readonly profile: SigningProfile
  readonly timestampSeconds: number
}

/** Whether a secret fits the signature. It is checked in the browser: the secret is sent nowhere. */
export function VerifyIt({ request, profile, timestampSeconds }: Props) {
  const [secret, setSecret] = useState('')
  const check = useMutation({
    networkMode: 'always',
    mutationFn: (body: Uint8Array) =>
      verifyAsync({
        ...{ profile, secrets: [secret.trim()], body, nowSeconds: timestampSeconds },
        headers: Object.fromEntries(request.headers.map(([name, value]) => [name.toLowerCase(), value])),
      }),
  })
  if (request.body === null || request.truncated)
    return <p className="text-text-2">It cannot be verified here: its body is not kept as a whole.</p>
  const body = bytesOf(request.body, request.encoding)
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    check.mutate(body)
  }
  return (
    <form onSubmit={submit} noValidate className="flex flex-col gap-3">
      <TextField
        label="Secret"
        mono
        type="password"
        placeholder="whsec_…"
        value={secret}
        onText={(text) => (setSecret(text), check.reset())}
        hint="It is checked in this browser, and sent nowhere."
      />
      <Button type="submit" className="self-start" disabled={check.isPending}>
        Verify it
      </Button>
      <div role="status" className="empty:hidden">
        {check.data?.ok === true && <Note kind="ok" title="It fits. A receiver that has this secret takes the request." />}
        {check.data?.ok === false && (
          <Note kind="fail" title="It does not fit.">
            {check.data.detail}
          </Note>
        )}
        {check.error !== null && (
          <Note kind="fail" title="This browser cannot check it.">
            Web Crypto is there on https and on this machine only. `posthorn verify` does the same offline.
          </Note>
        )}
      </div>
    </form>
  )
}

function bytesOf(body: string, encoding: 'utf8' | 'base64'): Uint8Array {
  return encoding === 'utf8' ? new TextEncoder().encode(body) : Uint8Array.from(atob(body), (character) => character.charCodeAt(0))
}
