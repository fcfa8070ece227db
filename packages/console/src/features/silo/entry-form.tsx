import { type EntryIn, PosthornError } from '@posthorn/sdk'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { api } from '../../lib/api.ts'
import { bytes } from '../../lib/amounts.ts'
import { faultOf, textsOf } from '../../lib/field-faults.ts'
import { parsedJson } from '../../lib/parsed-json.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Field, inputLook, TextArea, TextField } from '../../ui/field.tsx'
import { Note } from '../../ui/note.tsx'
import { Segmented } from '../../ui/tabs.tsx'
import { say } from '../../ui/toast.tsx'
import type { Entry } from './queries.ts'

const FORM = 'write-entry'
const DAY_MS = 86_400_000

interface Props {
  readonly app: string
  /** The one that is replaced, and what it holds, if that is text; absent: a new one. */
  readonly replaced?: { readonly entry: Entry; readonly text: string | undefined } | undefined
  onClose(): void
}

/** A new entry, or the next version of one. A version that somebody saved meanwhile is never written over. */
export function EntryForm({ app, replaced, onClose }: Props) {
  const navigate = useNavigate()
  const queries = useQueryClient()
  const entry = replaced?.entry
  const [kind, setKind] = useState<'document' | 'file'>(
    entry !== undefined && entry.contentType !== 'application/json' ? 'file' : 'document',
  )
  const [form, setForm] = useState<Form>({
    key: '',
    name: entry?.name ?? '',
    tags: entry?.tags.join(', ') ?? '',
    keepDays: entry === undefined ? '' : daysKept(entry),
    text: replaced?.text ?? '{\n  \n}',
  })
  const [file, setFile] = useState<File>()
  const [contentFault, setContentFault] = useState<string>()
  const set = (change: Partial<Form>): void => setForm((before) => ({ ...before, ...change }))
  const save = useMutation({
    mutationFn: async (written: Omit<EntryIn, 'key'>) =>
      entry === undefined
        ? api.entry.create(app, { ...written, ...(form.key.trim() !== '' && { key: form.key.trim() }) })
        : api.entry.update(app, entry.id, written, {}, { ifMatch: String(entry.version) }),
    onSuccess: async (saved) => {
      say(entry === undefined ? 'Added.' : `Version ${saved.version} is saved.`)
      await Promise.all(['entries', 'entry', 'entry versions'].map((key) => queries.invalidateQueries({ queryKey: [key, app] })))
      onClose()
      await navigate({ to: '/a/$app/silo/$entry', params: { app, entry: saved.id } })
    },
  })
  const fault = save.error instanceof PosthornError ? save.error : undefined
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    const missing = kind === 'file' && file === undefined ? 'Choose a file.' : undefined
    const unread = kind === 'document' && !parsedJson(form.text).ok ? 'This is no JSON.' : undefined
    setContentFault(missing ?? unread)
    if (missing !== undefined || unread !== undefined) return
    void contentOf(kind === 'file' ? file! : form.text).then((content) =>
      save.mutate({
        content,
        contentType: kind === 'document' ? 'application/json' : file?.type || 'application/octet-stream',
        ...((form.name.trim() || (kind === 'file' && file?.name)) && { name: form.name.trim() || file!.name }),
        ...(form.tags.trim() !== '' && { tags: form.tags.split(',').map((tag) => tag.trim()) }),
        ...(form.keepDays.trim() !== '' && { keepDays: Number(form.keepDays) }),
      }),
    )
  }
  return (
    <Dialog
      open
      wide
      onClose={onClose}
      title={entry === undefined ? 'Add entry' : `Replace version ${entry.version}`}
      actions={
        <>
          <span className="flex-1" />
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" type="submit" form={FORM} disabled={save.isPending}>
            {entry === undefined ? 'Add entry' : 'Save version'}
          </Button>
        </>
      }
    >
      <form id={FORM} onSubmit={submit} className="flex flex-col gap-4" noValidate>
        <EntryFacts form={form} isNew={entry === undefined} fault={fault} onChange={set} />
        <div className="flex">
          <Segmented
            label="What it holds"
            value={kind}
            onChange={(next) => {
              setKind(next)
              setContentFault(undefined)
            }}
            options={[
              { value: 'document', label: 'Document' },
              { value: 'file', label: 'File' },
            ]}
          />
        </div>
        {kind === 'document' ? (
          <TextArea
            label="Document"
            mono
            rows={12}
            {...textsOf(form, fault, set)('text')}
            fault={contentFault ?? faultOf(fault, '/document') ?? faultOf(fault, '/content')}
            hint="JSON, kept as it is written, with every digit of its numbers."
          />
        ) : (
          <Field
            label="File"
            fault={contentFault ?? faultOf(fault, '/content')}
            hint={file === undefined ? '1 MiB at most.' : bytes(file.size)}
          >
            {(ids) => (
              <input
                type="file"
                {...ids}
                onChange={(event) => setFile(event.target.files?.[0])}
                className={`${inputLook(contentFault !== undefined)} py-1.5`}
              />
            )}
          </Field>
        )}
        {fault !== undefined && fault.fields.length === 0 && <Note kind="fail" title={fault.message} />}
      </form>
    </Dialog>
  )
}

interface Form {
  readonly key: string
  readonly name: string
  readonly tags: string
  readonly keepDays: string
  readonly text: string
}

/** What stands beside the content. */
function EntryFacts({
  form,
  isNew,
  fault,
  onChange,
}: {
  readonly form: Form
  readonly isNew: boolean
  readonly fault: PosthornError | undefined
  onChange(change: Partial<Form>): void
}) {
  const text = textsOf(form, fault, onChange)
  return (
    <div className="grid gap-4 desk:grid-cols-2">
      {isNew && (
        <TextField
          label="Key"
          optional
          mono
          autoFocus
          placeholder="order-A-1"
          {...text('key')}
          hint="Of one entry only: flows save and load by it."
        />
      )}
      <TextField label="File name" optional {...text('name')} hint="Under which it is downloaded." />
      <TextField label="Tags" optional mono {...text('tags')} hint="Separated by commas; it is found by each." />
      <TextField label="Keep for, in days" optional inputMode="numeric" placeholder="Until it is deleted" {...text('keepDays')} />
    </div>
  )
}

/** Base64, as the API takes bytes. A text goes the same way: read as JSON and written again it would lose digits. */
async function contentOf(content: File | string): Promise<string> {
  const all = typeof content === 'string' ? new TextEncoder().encode(content) : new Uint8Array(await content.arrayBuffer())
  const parts: string[] = []
  for (let at = 0; at < all.length; at += 8190) parts.push(btoa(String.fromCharCode(...all.subarray(at, at + 8190))))
  return parts.join('')
}

/** The days that it was given, which are counted from its last version. */
function daysKept({ updatedAt, expiresAt }: Entry): string {
  return expiresAt === null || updatedAt === null ? '' : String(Math.round((Date.parse(expiresAt) - Date.parse(updatedAt)) / DAY_MS))
}
