import { type FormEvent, useState } from 'react'
import { Button } from '../../ui/button.tsx'
import { TextField } from '../../ui/field.tsx'
import { May } from '../../ui/may.tsx'
import { Note } from '../../ui/note.tsx'
import { Time } from '../../ui/time.tsx'
import { GuessableNote } from './guessable-note.tsx'
import type { Listener } from './queries.ts'
import { useListenerPatch } from './use-listener-patch.ts'

interface Secret {
  readonly name: string
  readonly last4: string
  readonly createdAt: string
  readonly lastMatchedAt?: string | null | undefined
}

/** Under which name each kind of authentication keeps several. */
const lists = ['secrets', 'keys', 'tokens'] as const

/** The secrets that are valid, newest first. A sender moves from one to the next while both are; then the old one is removed. */
export function ListenerSecrets({ app, listener }: { readonly app: string; readonly listener: Listener }) {
  const { save, fault } = useListenerPatch(app, listener.id)
  const [adding, setAdding] = useState(false)
  const [text, setText] = useState('')
  const { auth } = listener
  const list = lists.find((name) => Array.isArray((auth as Readonly<Record<string, unknown>>)[name]))
  const several = list === undefined ? [] : ((auth as Readonly<Record<string, unknown>>)[list] as readonly Secret[])
  const keep = (next: readonly (Secret | string)[], onSuccess?: () => void): void =>
    save.mutate({ auth: { ...auth, [list!]: next } as never }, { ...(onSuccess && { onSuccess }) })
  const add = (event: FormEvent): void => {
    event.preventDefault()
    keep([text, ...several], () => (setText(''), setAdding(false)))
  }
  return (
    <>
      {secretsOf(auth).map((secret) => (
        <div key={secret.name} className="flex flex-wrap items-center justify-between gap-3 border-t border-line pt-3">
          <code className="font-mono">{endOf(secret)}</code>
          <span className="ml-auto text-text-2">
            since <Time at={secret.createdAt} />
            {typeof secret.lastMatchedAt === 'string' && (
              <>
                , last matched <Time at={secret.lastMatchedAt} />
              </>
            )}
            {secret.lastMatchedAt === null && ', matched by none of the last 1,000 requests'}
          </span>
          {several.length > 1 && several.includes(secret) && (
            <May>
              <Button
                size="sm"
                kind="danger"
                aria-label={`Remove the secret ${endOf(secret)}`}
                disabled={save.isPending}
                onClick={() => keep(several.filter((one) => one !== secret))}
              >
                Remove
              </Button>
            </May>
          )}
        </div>
      ))}
      {list !== undefined && several.length > 0 && (
        <May>
          {adding ? (
            <form onSubmit={add} noValidate className="flex flex-col gap-3 border-t border-line pt-3">
              <TextField
                label="Another secret"
                mono
                type="password"
                autoFocus
                value={text}
                onText={setText}
                hint="Both are valid until you remove the old one. It is stored encrypted and not shown again."
                fault={fault?.fields.find(({ pointer }) => pointer.startsWith(`/auth/${list}`))?.message}
              />
              <GuessableNote secret={text} />
              <div className="flex gap-2">
                <Button onClick={() => setAdding(false)}>Cancel</Button>
                <Button kind="primary" type="submit" disabled={save.isPending}>
                  Add secret
                </Button>
              </div>
              {fault !== undefined && fault.fields.length === 0 && <Note kind="fail" title={fault.message} />}
            </form>
          ) : (
            <Button className="self-start" onClick={() => setAdding(true)}>
              Add another secret
            </Button>
          )}
        </May>
      )}
    </>
  )
}

const endOf = ({ last4 }: Secret): string => (last4 === '' ? 'a short secret' : `…${last4}`)

/** Every reference to a secret, wherever a kind of authentication keeps it. */
function secretsOf(auth: Listener['auth']): readonly Secret[] {
  const isSecret = (value: unknown): value is Secret => typeof value === 'object' && value !== null && 'last4' in value
  return Object.values(auth).flatMap((value): readonly Secret[] =>
    Array.isArray(value) ? value.filter(isSecret) : isSecret(value) ? [value] : [],
  )
}
