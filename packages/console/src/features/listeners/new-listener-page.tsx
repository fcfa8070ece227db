import { PosthornError } from '@posthorn/sdk'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { api } from '../../lib/api.ts'
import { faultOf } from '../../lib/field-faults.ts'
import { parsedJson } from '../../lib/parsed-json.ts'
import { Button } from '../../ui/button.tsx'
import { Checkbox, TextArea, TextField } from '../../ui/field.tsx'
import { Note } from '../../ui/note.tsx'
import { Card, PageBody, PageHead } from '../../ui/page.tsx'
import { type AuthForm, AuthFields, authOf, freshAuth } from './auth-fields.tsx'
import { SystemGrid } from './system-grid.tsx'
import { systemsQuery } from './systems-query.ts'

const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD'] as const
type Method = (typeof methods)[number]
const FORM = 'add-listener'

/** Add Listener, in three parts on one page: the system, where and who, and what is expected. */
export function NewListenerPage() {
  const { app } = useParams({ from: '/a/$app/listeners/new' })
  const { system: asked } = useSearch({ from: '/a/$app/listeners/new' })
  const navigate = useNavigate()
  const queries = useQueryClient()
  const systems = useQuery(systemsQuery).data ?? []
  const [system, setSystem] = useState(asked ?? 'custom')
  const [name, setName] = useState('')
  const [suffix, setSuffix] = useState('')
  const [chosen, setChosen] = useState<readonly Method[]>(['POST'])
  const [auth, setAuth] = useState<AuthForm>(freshAuth)
  const [body, setBody] = useState('')
  const known = systems.find((one) => one.name === system)
  const choose = (next: string): void => {
    const found = systems.find((one) => one.name === next)
    setSystem(next)
    setAuth(found !== undefined && found.secret !== null ? { ...freshAuth, kind: 'preset' } : freshAuth)
    if (name === '' && found !== undefined && next !== 'custom') setName(found.title)
    if (suffix === '' && next !== 'custom') setSuffix(`/${next}`)
    if (found !== undefined && found.methods.length > 0) setChosen(methods.filter((method) => found.methods.includes(method)))
  }
  const read = parsedJson(body)
  const create = useMutation({
    mutationFn: () =>
      api.listener.create(app, {
        ...{ name, system, suffix, methods: [...chosen], auth: authOf(auth) },
        ...(body.trim() !== '' && read.ok && { expected: { body: read.value as never } }),
      } as never),
    onSuccess: async ({ id }) => {
      await queries.invalidateQueries({ queryKey: ['listeners', app] })
      await navigate({ to: '/a/$app/listeners/$listener', params: { app, listener: id }, search: { tab: 'use' } })
    },
  })
  const fault = create.error instanceof PosthornError ? create.error : undefined
  const unreadable = body.trim() !== '' && !read.ok
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    if (!unreadable) create.mutate()
  }
  return (
    <>
      <PageHead
        title="Add Listener"
        crumbs={[{ label: 'Listeners', link: { to: '/a/$app/listeners', params: { app } } }]}
        actions={
          <Button kind="primary" type="submit" form={FORM} disabled={create.isPending}>
            Save
          </Button>
        }
      />
      <PageBody className="max-w-[60rem]">
        <form id={FORM} onSubmit={submit} noValidate className="flex flex-col gap-5">
          <Card title="Select System">
            <SystemGrid systems={systems} chosen={system} onChoose={choose} />
          </Card>
          <Card title="Where and who">
            <div className="flex flex-col gap-4">
              <TextField label="Webhook Name" value={name} onText={setName} placeholder="Orders in" fault={faultOf(fault, '/name')} />
              <TextField
                label="URL Suffix"
                mono
                value={suffix}
                onText={setSuffix}
                placeholder="/orders"
                hint={
                  suffix.trim() === ''
                    ? 'No spaces. Use hyphens or underscores, for example /item-updated.'
                    : `Public URL: …/in/${app}${suffix.startsWith('/') ? '' : '/'}${suffix}`
                }
                fault={
                  /\s/.test(suffix)
                    ? 'A URL suffix has no spaces. Use hyphens or underscores, for example /item-updated.'
                    : faultOf(fault, '/suffix')
                }
              />
              <fieldset className="flex flex-col gap-1.5">
                <legend className="pb-1.5 font-medium">HTTP Method</legend>
                <div className="flex flex-wrap gap-x-5 gap-y-1">
                  {methods.map((method) => (
                    <Checkbox
                      key={method}
                      label={<span className="font-mono">{method}</span>}
                      checked={chosen.includes(method)}
                      onChange={(on) => setChosen(methods.filter((one) => (one === method ? on : chosen.includes(one))))}
                    />
                  ))}
                </div>
                <div className="text-xs text-fail-text">{faultOf(fault, '/methods')}</div>
              </fieldset>
              <AuthFields form={auth} onChange={setAuth} fault={fault} ofSystem={known?.secret ?? undefined} />
            </div>
          </Card>
          <Card title="Expected Data Structure">
            <TextArea
              label="Body"
              optional
              mono
              rows={8}
              value={body}
              onText={setBody}
              hint="An example. Its fields become variables in flows. Live data need not match this."
              fault={unreadable ? 'This is not JSON.' : faultOf(fault, '/expected')}
            />
          </Card>
          {fault !== undefined && fault.fields.length === 0 && <Note kind="fail" title={fault.message} />}
        </form>
      </PageBody>
    </>
  )
}
