import { isEventTypeName, limits } from '#domain'
import { channel as channelRule, uid, type StepOf } from '@posthorn/contract'
import { jsonWithin } from '../segment/json-within.ts'
import { toText } from '../mapping/values.ts'
import { isLiteral, type Slots } from '../mapping/slots.ts'
import type { RunStep } from '../segment/step-outcome.ts'

/** Makes a message for every endpoint that subscribed; it is committed with what the run did up to here. */
export function compileEmitEventStep(step: StepOf<'emit_event'>, slots: Slots): RunStep {
  const eventType = slots.text(step.eventType, 'eventType')
  const payload = step.payload === undefined ? undefined : slots.json(step.payload, 'payload')
  const eventId = step.eventId === undefined ? undefined : slots.value(step.eventId, 'eventId')
  const channels = step.channels?.map((channel, index) => slots.text(channel, 'channels', index))
  if (isLiteral(step.eventType) && !isEventTypeName(step.eventType)) slots.fault(['eventType'], 'invalid_event_type', eventTypeShape)
  if (isLiteral(step.eventId) && step.eventId !== '') {
    if (uid.safeParse(step.eventId).success) slots.warn(['eventId'], 'same_event_id', sameEventId)
    else slots.fault(['eventId'], 'invalid_event_id', eventIdShape)
  }
  for (const [index, channel] of (step.channels ?? []).entries())
    if (isLiteral(channel) && !channelRule.safeParse(channel).success) slots.fault(['channels', index], 'invalid_channel', channelShape)

  return (context) => {
    const type = eventType(context)
    const given = eventId?.(context)
    const id = toText(given)
    const input = { eventType: shown(type), ...(id === '' ? {} : { eventId: shown(id) }) }
    if (!isEventTypeName(type)) return { kind: 'failed', code: 'invalid_event_type', message: eventTypeShape, input }
    // `true` or `false` would make each event of the flow a copy of the first.
    if (typeof given === 'boolean' || (id !== '' && !uid.safeParse(id).success))
      return { kind: 'failed', code: 'invalid_event_id', message: eventIdShape, input }
    if (context.chainEnds(type)) return { kind: 'failed', code: 'chain_too_deep', message: chainFault, input }
    context.turn?.tick()
    const json = jsonWithin(payload ? payload(context) : (context.trigger.body ?? {}), limits.payloadBytesMax)
    if (json === undefined) {
      return { kind: 'failed', code: 'payload_too_large', message: `The payload is larger than ${limits.payloadBytesMax} bytes.`, input }
    }
    const said = channels?.map((channel) => channel(context)) ?? null
    if (said?.some((name) => !channelRule.safeParse(name).success))
      return { kind: 'failed', code: 'invalid_channel', message: channelShape, input }
    const message = {
      id: context.ids.make('msg'),
      eventType: type,
      eventId: id === '' ? null : id,
      channels: said,
      data: Buffer.from(json),
    }
    return { kind: 'done', status: 'OK', input, effect: { kind: 'message', message } }
  }
}

/** What data makes of a name may be a megabyte; what could be a name is shown whole. */
const shown = (name: string): string => name.slice(0, limits.eventTypeLengthMax + 1).toWellFormed()

const chainFault = `${limits.runChainMax} flows started each other one after the other, and this event would start one more. Look for flows that start themselves.`

/** That of another Posthorn, which begins with `msg_`, is one too: such a message is found by its own id only. */
const eventIdShape = 'An event id is text of letters, digits, "-", "_" and ".", 256 of them at most, or a number.'

const sameEventId =
  'Every run emits this same id, by which receivers know copies: they take all events but the first for one. Write something of the event into it, such as {{ body.id }} or {{ run.key }}, or leave it out.'

const channelShape = 'A channel is made of letters, digits, "-", "_" and ".", 1 to 128 of them.'

const eventTypeShape = `An event type is letters, digits, "-", "_" and ".", ${limits.eventTypeLengthMax} at most.`
