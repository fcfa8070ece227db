import { May } from '../../ui/may.tsx'
import { useState } from 'react'
import { Button } from '../../ui/button.tsx'
import { Note } from '../../ui/note.tsx'
import { Card, Facts, PageBody } from '../../ui/page.tsx'
import { Time } from '../../ui/time.tsx'
import { type AuthForm, AuthFields, authOf, freshAuth } from './auth-fields.tsx'
import { CheckRequest } from './check/check-request.tsx'
import { authWords, type Listener } from './queries.ts'
import { useListenerPatch } from './use-listener-patch.ts'

interface Secret {
  readonly name: string
  readonly last4: string
  readonly createdAt: string
  readonly lastMatchedAt?: string | null | undefined
}

/** How requests prove where they come from. Several secrets are valid at once while one is replaced by another. */
export function AuthenticationTab({ app, listener }: { readonly app: string; readonly listener: Listener }) {
  const [form, setForm] = useState<AuthForm>()
  const { save, fault } = useListenerPatch(app, listener.id)
  const secrets = secretsOf(listener.auth)
  const begin = (): void => setForm({ ...freshAuth, kind: listener.auth.kind as AuthForm['kind'] })
  return (
    <PageBody className="max-w-[52rem]">
      <Card
        title="Authentication"
        aside={
          form === undefined && (
            <May>
              <Button size="sm" onClick={begin}>
                Replace
              </Button>
            </May>
          )
        }
      >
        {form === undefined ? (
          <div className="flex flex-col gap-4">
            <Facts
              rows={[
                ['How', authWords(listener)],
                ...(listener.auth.kind === 'api_key' ? ([['Where', `${listener.auth.in} ${listener.auth.name}`]] as const) : []),
              ]}
            />
            {secrets.map(({ name, last4, createdAt, lastMatchedAt }) => (
              <div key={name} className="flex items-center justify-between gap-3 border-t border-line pt-3">
                <code className="font-mono">{last4 === '' ? 'a short secret' : `…${last4}`}</code>
                <span className="text-text-2">
                  since <Time at={createdAt} />
                  {typeof lastMatchedAt === 'string' && (
                    <>
                      , last matched <Time at={lastMatchedAt} />
                    </>
                  )}
                  {lastMatchedAt === null && ', matched by none of the last 1,000 requests'}
                </span>
              </div>
            ))}
            {listener.auth.kind === 'none' && <Note title="Anybody who knows the URL can send to it." />}
          </div>
        ) : (
          <div className="flex flex-col gap-4">
            <AuthFields form={form} onChange={setForm} fault={fault} />
            <div className="flex gap-2">
              <Button onClick={() => setForm(undefined)}>Cancel</Button>
              <Button
                kind="primary"
                disabled={save.isPending}
                onClick={() => save.mutate({ auth: authOf(form) }, { onSuccess: () => setForm(undefined) })}
              >
                Save authentication
              </Button>
            </div>
            <p className="text-xs text-text-3">The old secret is not valid any more once this is saved.</p>
          </div>
        )}
      </Card>
      <CheckRequest app={app} listener={listener} />
    </PageBody>
  )
}

/** Every reference to a secret, wherever a kind of authentication keeps it. */
function secretsOf(auth: Listener['auth']): readonly Secret[] {
  const isSecret = (value: unknown): value is Secret => typeof value === 'object' && value !== null && 'last4' in value
  return Object.values(auth).flatMap((value): readonly Secret[] =>
    Array.isArray(value) ? value.filter(isSecret) : isSecret(value) ? [value] : [],
  )
}
