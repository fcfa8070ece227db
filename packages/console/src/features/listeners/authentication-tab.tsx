import { May } from '../../ui/may.tsx'
import { useState } from 'react'
import { Button } from '../../ui/button.tsx'
import { Note } from '../../ui/note.tsx'
import { Card, Facts, PageBody } from '../../ui/page.tsx'
import { type AuthForm, AuthFields, authOf, freshAuth } from './auth-fields.tsx'
import { CheckRequest } from './check/check-request.tsx'
import { ListenerSecrets } from './listener-secrets.tsx'
import { authWords, type Listener } from './queries.ts'
import { useListenerPatch } from './use-listener-patch.ts'

/** How requests prove where they come from. Several secrets are valid at once while one is replaced by another. */
export function AuthenticationTab({ app, listener }: { readonly app: string; readonly listener: Listener }) {
  const [form, setForm] = useState<AuthForm>()
  const { save, fault } = useListenerPatch(app, listener.id)
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
            <ListenerSecrets app={app} listener={listener} />
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
            <p className="text-xs text-text-3">
              The old secrets are not valid any more once this is saved. To move a sender without a pause, add another secret instead.
            </p>
          </div>
        )}
      </Card>
      <CheckRequest app={app} listener={listener} />
    </PageBody>
  )
}
