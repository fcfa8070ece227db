import type { templateApplyIn } from '@posthorn/contract'
import type { z } from 'zod'
import { AppError, type FieldFault } from '#domain'
import { failures, type Egress } from '#platform'
import type { Template, TemplateInput } from './template.ts'

type Given = z.output<typeof templateApplyIn>

/** What stands in the place of each placeholder, by its text without the `<` and `>`. */
export type Fillings = ReadonlyMap<string, string>

/** `<name>`, `<deployUrl>`, `<secret:github>`. */
const PLACEHOLDER = /<((?:secret:)?[a-zA-Z]+)>/g

/** Reads what a template is applied with, or reports everything that is wrong with it. */
export function readFillings({ egress }: { readonly egress: Pick<Egress, 'vet'> }, template: Template, given: Given): Fillings {
  const name = given.name ?? template.name
  const fillings = new Map([['name', name]])
  const faults: FieldFault[] = [...unknownFaults(template, given), ...missingSecrets(template, given)]
  for (const input of template.inputs) {
    const read = readInput({ egress }, input, given.inputs[input.name] ?? input.default)
    if (read.ok) fillings.set(input.name, read.text)
    else faults.push({ ...read.fault, pointer: `/inputs/${input.name}` })
  }
  if (faults.length > 0) throw new AppError('validation_error', { fields: faults })
  for (const secret of template.secrets) fillings.set(`secret:${secret.name}`, `${name.replaceAll('-', '_')}_${secret.name}`)
  return fillings
}

function unknownFaults(template: Template, given: Given): FieldFault[] {
  return (['inputs', 'secrets'] as const).flatMap((field) => {
    const names = template[field].map((one) => one.name)
    const asked = names.length === 0 ? `no ${field}` : `these ${field}: ${names.join(', ')}`
    return Object.keys(given[field])
      .filter((one) => !names.includes(one))
      .map((one) => ({ pointer: `/${field}/${one}`, code: 'unknown_field', message: `This template asks for ${asked}.` }))
  })
}

function missingSecrets(template: Template, given: Given): FieldFault[] {
  return template.secrets
    .filter(({ name, from }) => from === 'you' && given.secrets[name] === undefined)
    .map(({ name, label, where }) => ({ pointer: `/secrets/${name}`, code: 'required', message: `${label} is needed. ${where}` }))
}

type ReadInput = { readonly ok: true; readonly text: string } | { readonly ok: false; readonly fault: Omit<FieldFault, 'pointer'> }

function readInput({ egress }: { readonly egress: Pick<Egress, 'vet'> }, input: TemplateInput, text: string | null): ReadInput {
  const refuse = (code: string, message: string): ReadInput => ({ ok: false, fault: { code, message } })
  if (text === null) return refuse('required', `${input.label} is needed. ${input.hint}`)
  if (input.kind === 'text') {
    const isOne = new RegExp(`^(?:${input.pattern})$`).test(text)
    return isOne ? { ok: true, text } : refuse('bad_text', `${input.label}: give something such as ${input.example}.`)
  }
  const url = URL.parse(text)
  const isWeb = url?.protocol === 'https:' || url?.protocol === 'http:'
  // In a flow braces would be read as a mapping.
  if (!isWeb || /[\s"'\\<>{}]/.test(text)) return refuse('bad_url', `${input.label}: give a URL such as ${input.example}.`)
  if (url.username !== '' || url.password !== '') return refuse('url_credentials', 'The URL holds a user name or a password.')
  if (input.kind === 'origin')
    return url.origin === text ? { ok: true, text } : refuse('bad_origin', `Give the origin alone: ${url.origin}.`)
  if (input.kind === 'page') return { ok: true, text }
  if (input.kind === 'base' && (url.search !== '' || url.hash !== ''))
    return refuse('bad_url', 'More is written behind this URL, so it has no ? and no #.')
  const vetted = egress.vet(text)
  if (!vetted.ok) return refuse(vetted.code, `${vetted.reason} ${failures[vetted.code].nextStep}`)
  return { ok: true, text: input.kind === 'base' ? text.replace(/\/+$/, '') : text }
}

/** Whatever is written, with its placeholders filled in. What is filled in is not looked through again. */
export function filledIn(written: unknown, fillings: Fillings): unknown {
  if (typeof written === 'string') {
    return written.replaceAll(PLACEHOLDER, (_, placeholder: string) => {
      const text = fillings.get(placeholder)
      if (text === undefined) throw new Error(`The template says nothing of <${placeholder}>.`)
      return text
    })
  }
  if (Array.isArray(written)) return written.map((one) => filledIn(one, fillings))
  if (typeof written !== 'object' || written === null) return written
  return Object.fromEntries(Object.entries(written).map(([key, value]) => [key, filledIn(value, fillings)]))
}

/**
 * Where in the call stands what made a field of a piece wrong: `/secrets/github` for `/auth/secrets/0`, if that is what was filled in
 * there; else the call's name, of which all pieces are made.
 */
export function pointerInCall(written: unknown, parts: readonly string[]): string {
  let at = written
  for (const part of parts) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, part)) break
    at = (at as Readonly<Record<string, unknown>>)[part]
  }
  const found = [...JSON.stringify(at).matchAll(PLACEHOLDER)].map(([, placeholder]) => placeholder!).find((one) => one !== 'name')
  if (found === undefined) return '/name'
  return found.startsWith('secret:') ? `/secrets/${found.slice('secret:'.length)}` : `/inputs/${found}`
}
