import { PosthornError } from '@posthorn/sdk'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { api } from '../../lib/api.ts'
import { faultOf } from '../../lib/field-faults.ts'
import { Button } from '../../ui/button.tsx'
import { TextField } from '../../ui/field.tsx'
import { Fields, May } from '../../ui/may.tsx'
import { Note } from '../../ui/note.tsx'
import { Card } from '../../ui/page.tsx'
import { MadeDialog } from './made-dialog.tsx'
import type { Template } from './queries.ts'

type Texts = Readonly<Record<string, string>>

/** What a template asks for, and beside it what comes of it. */
export function TemplateForm({ app, template }: { readonly app: string; readonly template: Template }) {
  const queries = useQueryClient()
  const [name, setName] = useState(template.name)
  const [inputs, setInputs] = useState<Texts>(Object.fromEntries(template.inputs.map((input) => [input.name, input.default ?? ''])))
  const [secrets, setSecrets] = useState<Texts>({})
  const apply = useMutation({
    mutationFn: () =>
      api.template.apply(app, template.name, {
        ...(name.trim() !== '' && { name: name.trim() }),
        inputs: given(inputs),
        secrets: given(secrets),
      }),
    onSuccess: () =>
      Promise.all(
        ['flows', 'listeners', 'names', 'endpoint-list', 'secrets'].map((key) => queries.invalidateQueries({ queryKey: [key, app] })),
      ),
  })
  const fault = apply.error instanceof PosthornError ? apply.error : undefined
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    apply.mutate()
  }
  const shown = ['/name', ...template.inputs.map((one) => `/inputs/${one.name}`), ...template.secrets.map((one) => `/secrets/${one.name}`)]
  const others = fault?.fields.filter(({ pointer }) => !shown.some((one) => pointer.startsWith(one))) ?? []
  return (
    <div className="grid items-start gap-4 wide:grid-cols-[minmax(0,1fr)_24rem]">
      <form onSubmit={submit} noValidate className="flex min-w-0 flex-col gap-4">
        <Card title="What it needs">
          <Fields>
            <TextField
              label="Name"
              mono
              value={name}
              onText={setName}
              fault={faultOf(fault, '/name')}
              hint="What is made is called after it. With another name the template can be used once more."
            />
            {template.inputs.map((input) => (
              <TextField
                key={input.name}
                label={input.label}
                optional={input.default !== null}
                mono={input.kind !== 'text'}
                placeholder={input.example}
                value={inputs[input.name] ?? ''}
                onText={(text) => setInputs((before) => ({ ...before, [input.name]: text }))}
                fault={faultOf(fault, `/inputs/${input.name}`)}
                hint={input.hint}
              />
            ))}
            {template.secrets.map((secret) => (
              <TextField
                key={secret.name}
                label={secret.label}
                optional={secret.from !== 'you'}
                mono
                value={secrets[secret.name] ?? ''}
                onText={(text) => setSecrets((before) => ({ ...before, [secret.name]: text }))}
                fault={faultOf(fault, `/secrets/${secret.name}`)}
                hint={`${secret.where}${secretHints[secret.from]}`}
              />
            ))}
          </Fields>
        </Card>
        {(others.length > 0 || (fault !== undefined && fault.fields.length === 0)) && (
          <Note kind="fail" title={others.length > 0 ? others.map(({ message }) => message).join(' ') : fault?.message} />
        )}
        <May>
          <div>
            <Button kind="primary" type="submit" disabled={apply.isPending}>
              Create from template
            </Button>
          </div>
        </May>
      </form>
      <About template={template} />
      {apply.data !== undefined && <MadeDialog app={app} made={apply.data} />}
    </div>
  )
}

const secretHints = {
  posthorn: ' Left empty, one is made, and shown this one time.',
  sender: ' It may come later: until then requests are refused.',
  you: '',
} as const

const given = (texts: Texts): Texts => Object.fromEntries(Object.entries(texts).filter(([, text]) => text.trim() !== ''))

function About({ template }: { readonly template: Template }) {
  return (
    <div className="flex min-w-0 flex-col gap-4">
      <Card title="What it makes" flush>
        <ul>
          {template.makes.map(({ kind, name }) => (
            <li key={`${kind} ${name}`} className="flex items-center justify-between gap-3 border-b border-line px-4 py-2 last:border-b-0">
              <span className="min-w-0 break-words">{name}</span>
              <span className="text-xs text-text-3">{kind}</span>
            </li>
          ))}
        </ul>
      </Card>
      <Card title="What its flow does">
        <ol className="flex list-decimal flex-col gap-1.5 pl-5 marker:text-text-3">
          {template.steps.map(({ kind, name }, at) => (
            <li key={at}>
              {name} <code className="font-mono text-xs text-text-3">{kind}</code>
            </li>
          ))}
        </ol>
      </Card>
      {template.notes.length > 0 && (
        <Card title="Good to know">
          <ul className="flex flex-col gap-2 text-text-2">
            {template.notes.map((note) => (
              <li key={note}>{note}</li>
            ))}
          </ul>
        </Card>
      )}
    </div>
  )
}
