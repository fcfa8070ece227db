import { errors } from '@posthorn/contract'
import { AppError } from '#domain'

/** A path may be of any length, and is said back. */
const NAME_SHOWN_MAX = 100

/**
 * What is not there, where the path names one thing only besides the application: whoever took the id of a flow for that of a listener, or
 * mistyped the application, sees which of them it was. Anything else is as it was thrown.
 */
export function nameMissing(error: unknown, { app_id, ...params }: Readonly<Record<string, string>>): unknown {
  if (!(error instanceof AppError) || error.code !== 'not_found' || error.message !== errors.not_found.sentence) return error
  const [named, ...others] = Object.entries(params)
  if (others.length > 0) return error
  if (named === undefined) return app_id === undefined ? error : noApplication(app_id, error)
  const place = app_id === undefined ? 'here' : 'in this application'
  return new AppError('not_found', { detail: `There is no ${nounOf(named[0])} ${said(named[1])} ${place}.`, cause: error })
}

/** For whoever looks for what the path does not name alone: it may be the other thing of a path of two, or stand in the query or the body. */
export function missing(noun: string, name: string): AppError {
  return new AppError('not_found', { detail: `There is no ${noun} ${said(name)} in this application.` })
}

/** Also what somebody is told who may not enter it. */
export function noApplication(name: string, cause?: unknown): AppError {
  return new AppError('not_found', { detail: `There is no application ${said(name)} here.`, cause })
}

const said = (name: string): string => JSON.stringify(name.slice(0, NAME_SHOWN_MAX).toWellFormed())

/** `event_type_name` -> `event type`. */
function nounOf(parameter: string): string {
  const noun = parameter.replace(/_(?:id|name)$/, '').replaceAll('_', ' ')
  return noun === 'msg' ? 'message' : noun
}
