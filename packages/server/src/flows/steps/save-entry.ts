import type { StepOf } from '@posthorn/contract'
import { siloLimits } from '#domain'
import { isLiteral, type Slots } from '../mapping/slots.ts'
import { jsonWithin } from '../segment/json-within.ts'
import type { RunStep } from '../segment/step-outcome.ts'
import { failedAt } from './outbound-headers.ts'

/** Keeps a document in the silo, under a key as its next version. Ends with `{ id, key, version }`. */
export function compileSaveEntryStep(step: StepOf<'save_entry'>, slots: Slots): RunStep {
  const key = step.key === undefined ? undefined : slots.text(step.key, 'key')
  const document = step.document === undefined ? undefined : slots.json(step.document, 'document')
  const tags = (step.tags ?? []).map((tag, index) => slots.text(tag, 'tags', index))
  const { keepDays = null } = step
  if (isLiteral(step.key) && !isKey(step.key)) slots.fault(['key'], 'invalid_key', keyShape)
  for (const [index, tag] of (step.tags ?? []).entries())
    if (isLiteral(tag) && !TAG.test(tag)) slots.fault(['tags', index], 'invalid_tag', tagShape)

  return (context) => {
    const named = key?.(context) ?? null
    if (named !== null && !isKey(named)) return failedAt('invalid_key', keyShape, ['key']).failure
    const labels = [...new Set(tags.map((tag) => tag(context)))]
    if (!labels.every((label) => TAG.test(label))) return failedAt('invalid_tag', tagShape, ['tags']).failure
    context.turn?.tick()
    const json = jsonWithin(document === undefined ? (context.trigger.body ?? null) : document(context), siloLimits.contentBytesMax)
    if (json === undefined)
      return failedAt('entry_too_large', `An entry has ${siloLimits.contentBytesMax} bytes at most.`, ['document']).failure
    return { kind: 'compute', job: { kind: 'save_entry', key: named, document: json, tags: labels, keepDays } }
  }
}

const KEY_CHARACTERS_MAX = 256
const TAG = /^[\w.:-]{1,64}$/

const isKey = (text: string): boolean => text !== '' && text.length <= KEY_CHARACTERS_MAX && text.isWellFormed() && !text.includes('\0')

const keyShape = `A key is a text of 1 to ${KEY_CHARACTERS_MAX} characters, without NUL and halves of surrogate pairs.`
const tagShape = 'A tag is made of letters, digits, "-", "_", "." and ":", 1 to 64 of them.'
