/** Every status, once (decisions/statuses). Strings on the wire and in the store. */
export const deliveryStatuses = ['waiting', 'sending', 'throttled', 'held', 'delivered', 'failed', 'cancelled'] as const
export type DeliveryStatus = (typeof deliveryStatuses)[number]

export const replayStatuses = ['running', 'done', 'cancelled', 'failed'] as const
export type ReplayStatus = (typeof replayStatuses)[number]

export const runStatuses = ['queued', 'running', 'waiting', 'ok', 'ko', 'cancelled'] as const
export type RunStatus = (typeof runStatuses)[number]

export const requestStatuses = ['accepted', 'duplicate', 'rejected'] as const
export type RequestStatus = (typeof requestStatuses)[number]

/** Of one step in a run's record, as the founding document spells them. */
export const stepStatuses = ['OK', 'KO', 'ERR', 'QUEUED', 'SKIP', 'CANCEL', 'RUN'] as const
export type StepStatus = (typeof stepStatuses)[number]

export const endpointStates = ['active', 'paused', 'disabled'] as const
export type EndpointState = (typeof endpointStates)[number]
