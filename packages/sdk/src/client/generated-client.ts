// Made by `npm run client` from the operations of packages/contract: change those.

import type {
  ApplicationCreateQuery,
  ApplicationGetStatsOut,
  ApplicationGetStatsQuery,
  ApplicationIn,
  ApplicationListOut,
  ApplicationListQuery,
  ApplicationOut,
  ApplicationPatchIn,
  AuditListOut,
  AuditListQuery,
  AuthenticationAppPortalAccessIn,
  AuthenticationAppPortalAccessOut,
  DeliveryListAttemptsOut,
  DeliveryListAttemptsQuery,
  DeliveryListEverywhereOut,
  DeliveryListEverywhereQuery,
  DeliveryListOut,
  DeliveryListQuery,
  DeliveryOut,
  EndpointCreateOut,
  EndpointGetHeadersOut,
  EndpointGetSecretOut,
  EndpointGetStatsOut,
  EndpointGetStatsQuery,
  EndpointIn,
  EndpointListOut,
  EndpointListQuery,
  EndpointListSecretsOut,
  EndpointOut,
  EndpointPatchHeadersIn,
  EndpointPatchIn,
  EndpointRecoverIn,
  EndpointRecoverOut,
  EndpointRotateSecretIn,
  EndpointRotateSecretOut,
  EndpointRotateSecretQuery,
  EndpointSendExampleIn,
  EndpointTestIn,
  EndpointTestOut,
  EndpointUpdateHeadersIn,
  EndpointUpdateIn,
  EndpointUpdateOut,
  EventTypeDeleteQuery,
  EventTypeImportIn,
  EventTypeImportOut,
  EventTypeIn,
  EventTypeListOut,
  EventTypeListQuery,
  EventTypeOut,
  EventTypePatchIn,
  EventTypeUpdateIn,
  FilterTestIn,
  FilterTestOut,
  FlowDeleteQuery,
  FlowGetVersionOut,
  FlowIn,
  FlowListOut,
  FlowListQuery,
  FlowListVersionsOut,
  FlowListVersionsQuery,
  FlowOut,
  FlowPatchIn,
  FlowPublishOut,
  FlowTestIn,
  FlowTestOut,
  HealthLiveOut,
  HealthReadyOut,
  KeyCreateOut,
  KeyIn,
  KeyListOut,
  KeyListQuery,
  KeyOut,
  ListenerIn,
  ListenerListOut,
  ListenerListQuery,
  ListenerOut,
  ListenerPatchIn,
  MessageAttemptGetQuery,
  MessageAttemptListAttemptedDestinationsOut,
  MessageAttemptListAttemptedDestinationsQuery,
  MessageAttemptListAttemptedMessagesOut,
  MessageAttemptListAttemptedMessagesQuery,
  MessageAttemptListByEndpointOut,
  MessageAttemptListByEndpointQuery,
  MessageAttemptListByMsgOut,
  MessageAttemptListByMsgQuery,
  MessageAttemptOut,
  MessageAttemptResendOut,
  MessageCreateBatchIn,
  MessageCreateBatchOut,
  MessageCreateEventIn,
  MessageCreateQuery,
  MessageGetQuery,
  MessageIn,
  MessageListOut,
  MessageListQuery,
  MessageOut,
  PlanIn,
  PlanListOut,
  PlanListQuery,
  PlanOut,
  PlanPatchIn,
  PlanUpdateIn,
  ReplayCreateOut,
  ReplayIn,
  ReplayListOut,
  ReplayListQuery,
  ReplayOut,
  RequestListOut,
  RequestListQuery,
  RequestOut,
  RequestReplayIn,
  RequestReplayOut,
  RunAgainIn,
  RunAgainQuery,
  RunCreateQuery,
  RunIn,
  RunListOut,
  RunListQuery,
  RunOut,
  RunStepsOut,
  SecretListOut,
  SecretListQuery,
  SecretOut,
  SecretPutIn,
  TransformationTestIn,
  TransformationTestOut,
} from './generated-schemas.ts'
import { everyItem } from './paging.ts'
import { createSend, segment, type CallOptions, type PosthornOptions, type Send } from './send.ts'

/**
 * The API of a Posthorn server.
 *
 * @example
 * const posthorn = new Posthorn({ serverUrl: 'http://localhost:8400', token: 'phk_...' })
 * const listener = await posthorn.listener.create('default', { name: 'Orders', suffix: '/orders', auth: { kind: 'none' } })
 * for await (const request of posthorn.request.listAll('default', listener.id)) console.log(request.status)
 */
export class Posthorn {
  readonly #send: Send

  constructor(options: PosthornOptions) {
    this.#send = createSend(options)
  }

  readonly application = {
    /** List applications. */
    list: (query?: ApplicationListQuery, options?: CallOptions): Promise<ApplicationListOut> =>
      this.#send({ method: 'GET', path: '/api/v1/app', query, answer: 'json', options }) as Promise<ApplicationListOut>,
    /** The same, item by item over all pages. */
    listAll: (query?: ApplicationListQuery, options?: CallOptions): AsyncGenerator<ApplicationListOut['data'][number], void, undefined> =>
      everyItem((page) => this.application.list(page, options), query),
    /** Create an application. */
    create: (body: ApplicationIn, query?: ApplicationCreateQuery, options?: CallOptions): Promise<ApplicationOut> =>
      this.#send({ method: 'POST', path: '/api/v1/app', query, body, answer: 'json', options }) as Promise<ApplicationOut>,
    /** Get an application. */
    get: (appId: string, options?: CallOptions): Promise<ApplicationOut> =>
      this.#send({ method: 'GET', path: `/api/v1/app/${segment(appId)}`, answer: 'json', options }) as Promise<ApplicationOut>,
    /** Replace an application, or create it under this uid. */
    update: (appId: string, body: ApplicationIn, options?: CallOptions): Promise<ApplicationOut> =>
      this.#send({ method: 'PUT', path: `/api/v1/app/${segment(appId)}`, body, answer: 'json', options }) as Promise<ApplicationOut>,
    /** Change parts of an application. */
    patch: (appId: string, body?: ApplicationPatchIn, options?: CallOptions): Promise<ApplicationOut> =>
      this.#send({ method: 'PATCH', path: `/api/v1/app/${segment(appId)}`, body: body ?? {}, answer: 'json', options }) as Promise<ApplicationOut>,
    /** Delete an application. */
    delete: (appId: string, options?: CallOptions): Promise<void> =>
      this.#send({ method: 'DELETE', path: `/api/v1/app/${segment(appId)}`, answer: 'none', options }) as Promise<void>,
    /** Count deliveries over time by what became of them, and what waits now. */
    getStats: (appId: string, query?: ApplicationGetStatsQuery, options?: CallOptions): Promise<ApplicationGetStatsOut> =>
      this.#send({ method: 'GET', path: `/api/v1/app/${segment(appId)}/stats`, query, answer: 'json', options }) as Promise<ApplicationGetStatsOut>,
  }

  readonly plan = {
    /** List plans. */
    list: (query?: PlanListQuery, options?: CallOptions): Promise<PlanListOut> =>
      this.#send({ method: 'GET', path: '/api/v1/plan', query, answer: 'json', options }) as Promise<PlanListOut>,
    /** The same, item by item over all pages. */
    listAll: (query?: PlanListQuery, options?: CallOptions): AsyncGenerator<PlanListOut['data'][number], void, undefined> =>
      everyItem((page) => this.plan.list(page, options), query),
    /** Create a plan. */
    create: (body: PlanIn, options?: CallOptions): Promise<PlanOut> =>
      this.#send({ method: 'POST', path: '/api/v1/plan', body, answer: 'json', options }) as Promise<PlanOut>,
    /** Get a plan. */
    get: (planName: string, options?: CallOptions): Promise<PlanOut> =>
      this.#send({ method: 'GET', path: `/api/v1/plan/${segment(planName)}`, answer: 'json', options }) as Promise<PlanOut>,
    /** Replace a plan, or create it under this name; its applications have the new limits at once. */
    update: (planName: string, body?: PlanUpdateIn, options?: CallOptions): Promise<PlanOut> =>
      this.#send({ method: 'PUT', path: `/api/v1/plan/${segment(planName)}`, body: body ?? {}, answer: 'json', options }) as Promise<PlanOut>,
    /** Change parts of a plan; its applications have the new limits at once. */
    patch: (planName: string, body?: PlanPatchIn, options?: CallOptions): Promise<PlanOut> =>
      this.#send({ method: 'PATCH', path: `/api/v1/plan/${segment(planName)}`, body: body ?? {}, answer: 'json', options }) as Promise<PlanOut>,
    /** Delete a plan that no application has. */
    delete: (planName: string, options?: CallOptions): Promise<void> =>
      this.#send({ method: 'DELETE', path: `/api/v1/plan/${segment(planName)}`, answer: 'none', options }) as Promise<void>,
  }

  readonly eventType = {
    /** List event types; their schemas and examples with ?with_content=true. */
    list: (query?: EventTypeListQuery, options?: CallOptions): Promise<EventTypeListOut> =>
      this.#send({ method: 'GET', path: '/api/v1/event-type', query, answer: 'json', options }) as Promise<EventTypeListOut>,
    /** The same, item by item over all pages. */
    listAll: (query?: EventTypeListQuery, options?: CallOptions): AsyncGenerator<EventTypeListOut['data'][number], void, undefined> =>
      everyItem((page) => this.eventType.list(page, options), query),
    /** Create an event type. */
    create: (body: EventTypeIn, options?: CallOptions): Promise<EventTypeOut> =>
      this.#send({ method: 'POST', path: '/api/v1/event-type', body, answer: 'json', options }) as Promise<EventTypeOut>,
    /** Make event types be as a catalogue or a list says; those that are so already are left alone. */
    import: (body?: EventTypeImportIn, options?: CallOptions): Promise<EventTypeImportOut> =>
      this.#send({ method: 'POST', path: '/api/v1/event-type/import', body: body ?? {}, answer: 'json', options }) as Promise<EventTypeImportOut>,
    /** Get an event type. */
    get: (eventTypeName: string, options?: CallOptions): Promise<EventTypeOut> =>
      this.#send({ method: 'GET', path: `/api/v1/event-type/${segment(eventTypeName)}`, answer: 'json', options }) as Promise<EventTypeOut>,
    /** Replace an event type, or create it. */
    update: (eventTypeName: string, body: EventTypeUpdateIn, options?: CallOptions): Promise<EventTypeOut> =>
      this.#send({ method: 'PUT', path: `/api/v1/event-type/${segment(eventTypeName)}`, body, answer: 'json', options }) as Promise<EventTypeOut>,
    /** Change parts of an event type. */
    patch: (eventTypeName: string, body?: EventTypePatchIn, options?: CallOptions): Promise<EventTypeOut> =>
      this.#send({ method: 'PATCH', path: `/api/v1/event-type/${segment(eventTypeName)}`, body: body ?? {}, answer: 'json', options }) as Promise<EventTypeOut>,
    /** Archive an event type, or remove it with ?expunge=true. */
    delete: (eventTypeName: string, query?: EventTypeDeleteQuery, options?: CallOptions): Promise<void> =>
      this.#send({ method: 'DELETE', path: `/api/v1/event-type/${segment(eventTypeName)}`, query, answer: 'none', options }) as Promise<void>,
  }

  readonly endpoint = {
    /** List endpoints. */
    list: (appId: string, query?: EndpointListQuery, options?: CallOptions): Promise<EndpointListOut> =>
      this.#send({ method: 'GET', path: `/api/v1/app/${segment(appId)}/endpoint`, query, answer: 'json', options }) as Promise<EndpointListOut>,
    /** The same, item by item over all pages. */
    listAll: (appId: string, query?: EndpointListQuery, options?: CallOptions): AsyncGenerator<EndpointListOut['data'][number], void, undefined> =>
      everyItem((page) => this.endpoint.list(appId, page, options), query),
    /** Create an endpoint; its secret is shown once. */
    create: (appId: string, body: EndpointIn, options?: CallOptions): Promise<EndpointCreateOut> =>
      this.#send({ method: 'POST', path: `/api/v1/app/${segment(appId)}/endpoint`, body, answer: 'json', options }) as Promise<EndpointCreateOut>,
    /** Get an endpoint. */
    get: (appId: string, endpointId: string, options?: CallOptions): Promise<EndpointOut> =>
      this.#send({ method: 'GET', path: `/api/v1/app/${segment(appId)}/endpoint/${segment(endpointId)}`, answer: 'json', options }) as Promise<EndpointOut>,
    /** Replace an endpoint, or create it under this uid. */
    update: (appId: string, endpointId: string, body: EndpointUpdateIn, options?: CallOptions): Promise<EndpointUpdateOut | EndpointCreateOut> =>
      this.#send({ method: 'PUT', path: `/api/v1/app/${segment(appId)}/endpoint/${segment(endpointId)}`, body, answer: 'json', options }) as Promise<EndpointUpdateOut | EndpointCreateOut>,
    /** Change parts of an endpoint. */
    patch: (appId: string, endpointId: string, body?: EndpointPatchIn, options?: CallOptions): Promise<EndpointUpdateOut> =>
      this.#send({ method: 'PATCH', path: `/api/v1/app/${segment(appId)}/endpoint/${segment(endpointId)}`, body: body ?? {}, answer: 'json', options }) as Promise<EndpointUpdateOut>,
    /** Delete an endpoint; what waits for it is cancelled. */
    delete: (appId: string, endpointId: string, options?: CallOptions): Promise<void> =>
      this.#send({ method: 'DELETE', path: `/api/v1/app/${segment(appId)}/endpoint/${segment(endpointId)}`, answer: 'none', options }) as Promise<void>,
    /** Read the signing secret, for 10 minutes after it was made. */
    getSecret: (appId: string, endpointId: string, options?: CallOptions): Promise<EndpointGetSecretOut> =>
      this.#send({ method: 'GET', path: `/api/v1/app/${segment(appId)}/endpoint/${segment(endpointId)}/secret`, answer: 'json', options }) as Promise<EndpointGetSecretOut>,
    /** List the signing secrets, newest first, without their values: until when each signs, and when it did last. */
    listSecrets: (appId: string, endpointId: string, options?: CallOptions): Promise<EndpointListSecretsOut> =>
      this.#send({ method: 'GET', path: `/api/v1/app/${segment(appId)}/endpoint/${segment(endpointId)}/secret/list`, answer: 'json', options }) as Promise<EndpointListSecretsOut>,
    /** Make a new signing secret, shown once with ?with_secret=true; the old one signs on for the grace period. */
    rotateSecret: (appId: string, endpointId: string, body?: EndpointRotateSecretIn, query?: EndpointRotateSecretQuery, options?: CallOptions): Promise<EndpointRotateSecretOut | void> =>
      this.#send({ method: 'POST', path: `/api/v1/app/${segment(appId)}/endpoint/${segment(endpointId)}/secret/rotate`, query, body: body ?? {}, answer: 'json', options }) as Promise<EndpointRotateSecretOut | void>,
    /** Send a test event now, whatever the state of the endpoint, and answer with what came of it. */
    test: (appId: string, endpointId: string, body?: EndpointTestIn, options?: CallOptions): Promise<EndpointTestOut> =>
      this.#send({ method: 'POST', path: `/api/v1/app/${segment(appId)}/endpoint/${segment(endpointId)}/test`, body: body ?? {}, answer: 'json', options }) as Promise<EndpointTestOut>,
    /** Send the example of an event type to this endpoint alone, as an ordinary message. */
    sendExample: (appId: string, endpointId: string, body: EndpointSendExampleIn, options?: CallOptions): Promise<MessageOut> =>
      this.#send({ method: 'POST', path: `/api/v1/app/${segment(appId)}/endpoint/${segment(endpointId)}/send-example`, body, answer: 'json', options }) as Promise<MessageOut>,
    /** Try once more what failed since a time: a replay, oldest first and in the background. */
    recover: (appId: string, endpointId: string, body: EndpointRecoverIn, options?: CallOptions): Promise<EndpointRecoverOut> =>
      this.#send({ method: 'POST', path: `/api/v1/app/${segment(appId)}/endpoint/${segment(endpointId)}/recover`, body, answer: 'json', options }) as Promise<EndpointRecoverOut>,
    /** Read the custom headers; sensitive values are named only. */
    getHeaders: (appId: string, endpointId: string, options?: CallOptions): Promise<EndpointGetHeadersOut> =>
      this.#send({ method: 'GET', path: `/api/v1/app/${segment(appId)}/endpoint/${segment(endpointId)}/headers`, answer: 'json', options }) as Promise<EndpointGetHeadersOut>,
    /** Replace the custom headers. */
    updateHeaders: (appId: string, endpointId: string, body: EndpointUpdateHeadersIn, options?: CallOptions): Promise<void> =>
      this.#send({ method: 'PUT', path: `/api/v1/app/${segment(appId)}/endpoint/${segment(endpointId)}/headers`, body, answer: 'none', options }) as Promise<void>,
    /** Change some custom headers; null removes one, as deleteHeaders does. */
    patchHeaders: (appId: string, endpointId: string, body: EndpointPatchHeadersIn, options?: CallOptions): Promise<void> =>
      this.#send({ method: 'PATCH', path: `/api/v1/app/${segment(appId)}/endpoint/${segment(endpointId)}/headers`, body, answer: 'none', options }) as Promise<void>,
    /** Count the messages of an endpoint by what became of them. */
    getStats: (appId: string, endpointId: string, query?: EndpointGetStatsQuery, options?: CallOptions): Promise<EndpointGetStatsOut> =>
      this.#send({ method: 'GET', path: `/api/v1/app/${segment(appId)}/endpoint/${segment(endpointId)}/stats`, query, answer: 'json', options }) as Promise<EndpointGetStatsOut>,
  }

  readonly filter = {
    /** Try a filter with a payload or a past message; nothing is sent or kept. */
    test: (appId: string, body: FilterTestIn, options?: CallOptions): Promise<FilterTestOut> =>
      this.#send({ method: 'POST', path: `/api/v1/app/${segment(appId)}/filter/test`, body, answer: 'json', options }) as Promise<FilterTestOut>,
  }

  readonly transformation = {
    /** Try a transformation with a payload or a past message; nothing is sent or kept. */
    test: (appId: string, body: TransformationTestIn, options?: CallOptions): Promise<TransformationTestOut> =>
      this.#send({ method: 'POST', path: `/api/v1/app/${segment(appId)}/transformation/test`, body, answer: 'json', options }) as Promise<TransformationTestOut>,
  }

  readonly message = {
    /** List messages, newest first. */
    list: (appId: string, query?: MessageListQuery, options?: CallOptions): Promise<MessageListOut> =>
      this.#send({ method: 'GET', path: `/api/v1/app/${segment(appId)}/msg`, query, answer: 'json', options }) as Promise<MessageListOut>,
    /** The same, item by item over all pages. */
    listAll: (appId: string, query?: MessageListQuery, options?: CallOptions): AsyncGenerator<MessageListOut['data'][number], void, undefined> =>
      everyItem((page) => this.message.list(appId, page, options), query),
    /** Send a message to every endpoint that wants it. */
    create: (appId: string, body: MessageIn, query?: MessageCreateQuery, options?: CallOptions): Promise<MessageOut> =>
      this.#send({ method: 'POST', path: `/api/v1/app/${segment(appId)}/msg`, query, body, answer: 'json', options }) as Promise<MessageOut>,
    /** Send up to 1,000 messages, each accepted or refused on its own. */
    createBatch: (appId: string, body: MessageCreateBatchIn, options?: CallOptions): Promise<MessageCreateBatchOut> =>
      this.#send({ method: 'POST', path: `/api/v1/app/${segment(appId)}/msg/batch`, body, answer: 'json', options }) as Promise<MessageCreateBatchOut>,
    /** Send an event in the envelope { id, type, created_at, data }. */
    createEvent: (appId: string, body: MessageCreateEventIn, options?: CallOptions): Promise<MessageOut> =>
      this.#send({ method: 'POST', path: `/api/v1/app/${segment(appId)}/event`, body, answer: 'json', options }) as Promise<MessageOut>,
    /** Get a message by id or event id. */
    get: (appId: string, msgId: string, query?: MessageGetQuery, options?: CallOptions): Promise<MessageOut> =>
      this.#send({ method: 'GET', path: `/api/v1/app/${segment(appId)}/msg/${segment(msgId)}`, query, answer: 'json', options }) as Promise<MessageOut>,
    /** Remove the payload of a message for good. */
    expungeContent: (appId: string, msgId: string, options?: CallOptions): Promise<void> =>
      this.#send({ method: 'DELETE', path: `/api/v1/app/${segment(appId)}/msg/${segment(msgId)}/content`, answer: 'none', options }) as Promise<void>,
  }

  readonly messageAttempt = {
    /** List attempts to an endpoint, newest first. */
    listByEndpoint: (appId: string, endpointId: string, query?: MessageAttemptListByEndpointQuery, options?: CallOptions): Promise<MessageAttemptListByEndpointOut> =>
      this.#send({ method: 'GET', path: `/api/v1/app/${segment(appId)}/attempt/endpoint/${segment(endpointId)}`, query, answer: 'json', options }) as Promise<MessageAttemptListByEndpointOut>,
    /** The same, item by item over all pages. */
    listByEndpointAll: (appId: string, endpointId: string, query?: MessageAttemptListByEndpointQuery, options?: CallOptions): AsyncGenerator<MessageAttemptListByEndpointOut['data'][number], void, undefined> =>
      everyItem((page) => this.messageAttempt.listByEndpoint(appId, endpointId, page, options), query),
    /** List attempts of a message, newest first. */
    listByMsg: (appId: string, msgId: string, query?: MessageAttemptListByMsgQuery, options?: CallOptions): Promise<MessageAttemptListByMsgOut> =>
      this.#send({ method: 'GET', path: `/api/v1/app/${segment(appId)}/attempt/msg/${segment(msgId)}`, query, answer: 'json', options }) as Promise<MessageAttemptListByMsgOut>,
    /** The same, item by item over all pages. */
    listByMsgAll: (appId: string, msgId: string, query?: MessageAttemptListByMsgQuery, options?: CallOptions): AsyncGenerator<MessageAttemptListByMsgOut['data'][number], void, undefined> =>
      everyItem((page) => this.messageAttempt.listByMsg(appId, msgId, page, options), query),
    /** List the messages of an endpoint with what became of them. */
    listAttemptedMessages: (appId: string, endpointId: string, query?: MessageAttemptListAttemptedMessagesQuery, options?: CallOptions): Promise<MessageAttemptListAttemptedMessagesOut> =>
      this.#send({ method: 'GET', path: `/api/v1/app/${segment(appId)}/endpoint/${segment(endpointId)}/msg`, query, answer: 'json', options }) as Promise<MessageAttemptListAttemptedMessagesOut>,
    /** The same, item by item over all pages. */
    listAttemptedMessagesAll: (appId: string, endpointId: string, query?: MessageAttemptListAttemptedMessagesQuery, options?: CallOptions): AsyncGenerator<MessageAttemptListAttemptedMessagesOut['data'][number], void, undefined> =>
      everyItem((page) => this.messageAttempt.listAttemptedMessages(appId, endpointId, page, options), query),
    /** Get an attempt. */
    get: (appId: string, msgId: string, attemptId: string, query?: MessageAttemptGetQuery, options?: CallOptions): Promise<MessageAttemptOut> =>
      this.#send({ method: 'GET', path: `/api/v1/app/${segment(appId)}/msg/${segment(msgId)}/attempt/${segment(attemptId)}`, query, answer: 'json', options }) as Promise<MessageAttemptOut>,
    /** Remove the response of an attempt for good. */
    expungeContent: (appId: string, msgId: string, attemptId: string, options?: CallOptions): Promise<void> =>
      this.#send({ method: 'DELETE', path: `/api/v1/app/${segment(appId)}/msg/${segment(msgId)}/attempt/${segment(attemptId)}/content`, answer: 'none', options }) as Promise<void>,
    /** List the endpoints of a message with what became of it. */
    listAttemptedDestinations: (appId: string, msgId: string, query?: MessageAttemptListAttemptedDestinationsQuery, options?: CallOptions): Promise<MessageAttemptListAttemptedDestinationsOut> =>
      this.#send({ method: 'GET', path: `/api/v1/app/${segment(appId)}/msg/${segment(msgId)}/endpoint`, query, answer: 'json', options }) as Promise<MessageAttemptListAttemptedDestinationsOut>,
    /** The same, item by item over all pages. */
    listAttemptedDestinationsAll: (appId: string, msgId: string, query?: MessageAttemptListAttemptedDestinationsQuery, options?: CallOptions): AsyncGenerator<MessageAttemptListAttemptedDestinationsOut['data'][number], void, undefined> =>
      everyItem((page) => this.messageAttempt.listAttemptedDestinations(appId, msgId, page, options), query),
    /** Send a message to an endpoint once more. */
    resend: (appId: string, msgId: string, endpointId: string, options?: CallOptions): Promise<MessageAttemptResendOut> =>
      this.#send({ method: 'POST', path: `/api/v1/app/${segment(appId)}/msg/${segment(msgId)}/endpoint/${segment(endpointId)}/resend`, answer: 'json', options }) as Promise<MessageAttemptResendOut>,
  }

  readonly delivery = {
    /** Search deliveries, newest first; a page may come back short with "done": false, and its iterator goes on. */
    list: (appId: string, query?: DeliveryListQuery, options?: CallOptions): Promise<DeliveryListOut> =>
      this.#send({ method: 'GET', path: `/api/v1/app/${segment(appId)}/delivery`, query, answer: 'json', options }) as Promise<DeliveryListOut>,
    /** The same, item by item over all pages. */
    listAll: (appId: string, query?: DeliveryListQuery, options?: CallOptions): AsyncGenerator<DeliveryListOut['data'][number], void, undefined> =>
      everyItem((page) => this.delivery.list(appId, page, options), query),
    /** Search the deliveries of all applications, newest first; pages as of one application. */
    listEverywhere: (query?: DeliveryListEverywhereQuery, options?: CallOptions): Promise<DeliveryListEverywhereOut> =>
      this.#send({ method: 'GET', path: '/api/v1/delivery', query, answer: 'json', options }) as Promise<DeliveryListEverywhereOut>,
    /** The same, item by item over all pages. */
    listEverywhereAll: (query?: DeliveryListEverywhereQuery, options?: CallOptions): AsyncGenerator<DeliveryListEverywhereOut['data'][number], void, undefined> =>
      everyItem((page) => this.delivery.listEverywhere(page, options), query),
    /** Get a delivery. */
    get: (appId: string, deliveryId: string, options?: CallOptions): Promise<DeliveryOut> =>
      this.#send({ method: 'GET', path: `/api/v1/app/${segment(appId)}/delivery/${segment(deliveryId)}`, answer: 'json', options }) as Promise<DeliveryOut>,
    /** List the attempts of a delivery with request, response and phases. */
    listAttempts: (appId: string, deliveryId: string, query?: DeliveryListAttemptsQuery, options?: CallOptions): Promise<DeliveryListAttemptsOut> =>
      this.#send({ method: 'GET', path: `/api/v1/app/${segment(appId)}/delivery/${segment(deliveryId)}/attempt`, query, answer: 'json', options }) as Promise<DeliveryListAttemptsOut>,
    /** The same, item by item over all pages. */
    listAttemptsAll: (appId: string, deliveryId: string, query?: DeliveryListAttemptsQuery, options?: CallOptions): AsyncGenerator<DeliveryListAttemptsOut['data'][number], void, undefined> =>
      everyItem((page) => this.delivery.listAttempts(appId, deliveryId, page, options), query),
    /** End a delivery that is still waiting. */
    cancel: (appId: string, deliveryId: string, options?: CallOptions): Promise<DeliveryOut> =>
      this.#send({ method: 'POST', path: `/api/v1/app/${segment(appId)}/delivery/${segment(deliveryId)}/cancel`, answer: 'json', options }) as Promise<DeliveryOut>,
    /** Make one more attempt. */
    resend: (appId: string, deliveryId: string, options?: CallOptions): Promise<DeliveryOut> =>
      this.#send({ method: 'POST', path: `/api/v1/app/${segment(appId)}/delivery/${segment(deliveryId)}/resend`, answer: 'json', options }) as Promise<DeliveryOut>,
  }

  readonly replay = {
    /** Send once more what matches, oldest first and in the background; with "dryRun": true only count it. */
    create: (appId: string, body?: ReplayIn, options?: CallOptions): Promise<ReplayCreateOut | ReplayOut> =>
      this.#send({ method: 'POST', path: `/api/v1/app/${segment(appId)}/replay`, body: body ?? {}, answer: 'json', options }) as Promise<ReplayCreateOut | ReplayOut>,
    /** List replays, newest first. */
    list: (appId: string, query?: ReplayListQuery, options?: CallOptions): Promise<ReplayListOut> =>
      this.#send({ method: 'GET', path: `/api/v1/app/${segment(appId)}/replay`, query, answer: 'json', options }) as Promise<ReplayListOut>,
    /** The same, item by item over all pages. */
    listAll: (appId: string, query?: ReplayListQuery, options?: CallOptions): AsyncGenerator<ReplayListOut['data'][number], void, undefined> =>
      everyItem((page) => this.replay.list(appId, page, options), query),
    /** Get a replay with how far it came. */
    get: (appId: string, replayId: string, options?: CallOptions): Promise<ReplayOut> =>
      this.#send({ method: 'GET', path: `/api/v1/app/${segment(appId)}/replay/${segment(replayId)}`, answer: 'json', options }) as Promise<ReplayOut>,
    /** End a replay; what it queued already is sent. */
    cancel: (appId: string, replayId: string, options?: CallOptions): Promise<ReplayOut> =>
      this.#send({ method: 'POST', path: `/api/v1/app/${segment(appId)}/replay/${segment(replayId)}/cancel`, answer: 'json', options }) as Promise<ReplayOut>,
  }

  readonly listener = {
    /** List listeners. */
    list: (appId: string, query?: ListenerListQuery, options?: CallOptions): Promise<ListenerListOut> =>
      this.#send({ method: 'GET', path: `/api/v1/app/${segment(appId)}/listener`, query, answer: 'json', options }) as Promise<ListenerListOut>,
    /** The same, item by item over all pages. */
    listAll: (appId: string, query?: ListenerListQuery, options?: CallOptions): AsyncGenerator<ListenerListOut['data'][number], void, undefined> =>
      everyItem((page) => this.listener.list(appId, page, options), query),
    /** Create a listener: a public URL at which requests arrive. */
    create: (appId: string, body: ListenerIn, options?: CallOptions): Promise<ListenerOut> =>
      this.#send({ method: 'POST', path: `/api/v1/app/${segment(appId)}/listener`, body, answer: 'json', options }) as Promise<ListenerOut>,
    /** Get a listener. */
    get: (appId: string, listenerId: string, options?: CallOptions): Promise<ListenerOut> =>
      this.#send({ method: 'GET', path: `/api/v1/app/${segment(appId)}/listener/${segment(listenerId)}`, answer: 'json', options }) as Promise<ListenerOut>,
    /** Replace a listener, or create it under this uid. */
    update: (appId: string, listenerId: string, body: ListenerIn, options?: CallOptions): Promise<ListenerOut> =>
      this.#send({ method: 'PUT', path: `/api/v1/app/${segment(appId)}/listener/${segment(listenerId)}`, body, answer: 'json', options }) as Promise<ListenerOut>,
    /** Change parts of a listener; each field that is given is replaced whole. */
    patch: (appId: string, listenerId: string, body?: ListenerPatchIn, options?: CallOptions): Promise<ListenerOut> =>
      this.#send({ method: 'PATCH', path: `/api/v1/app/${segment(appId)}/listener/${segment(listenerId)}`, body: body ?? {}, answer: 'json', options }) as Promise<ListenerOut>,
    /** Delete a listener; its URL answers 404 from then on. */
    delete: (appId: string, listenerId: string, options?: CallOptions): Promise<void> =>
      this.#send({ method: 'DELETE', path: `/api/v1/app/${segment(appId)}/listener/${segment(listenerId)}`, answer: 'none', options }) as Promise<void>,
  }

  readonly request = {
    /** List the requests of a listener, newest first. */
    list: (appId: string, listenerId: string, query?: RequestListQuery, options?: CallOptions): Promise<RequestListOut> =>
      this.#send({ method: 'GET', path: `/api/v1/app/${segment(appId)}/listener/${segment(listenerId)}/request`, query, answer: 'json', options }) as Promise<RequestListOut>,
    /** The same, item by item over all pages. */
    listAll: (appId: string, listenerId: string, query?: RequestListQuery, options?: CallOptions): AsyncGenerator<RequestListOut['data'][number], void, undefined> =>
      everyItem((page) => this.request.list(appId, listenerId, page, options), query),
    /** Get a request with its headers, its body and the runs that it started. */
    get: (appId: string, requestId: string, options?: CallOptions): Promise<RequestOut> =>
      this.#send({ method: 'GET', path: `/api/v1/app/${segment(appId)}/request/${segment(requestId)}`, answer: 'json', options }) as Promise<RequestOut>,
    /** Download the body of a request as it came. */
    getBody: (appId: string, requestId: string, options?: CallOptions): Promise<Uint8Array> =>
      this.#send({ method: 'GET', path: `/api/v1/app/${segment(appId)}/request/${segment(requestId)}/body`, answer: 'bytes', options }) as Promise<Uint8Array>,
    /** Run the flows of its listener with a request again, as they are published now; deduplication is passed by. */
    replay: (appId: string, requestId: string, body?: RequestReplayIn, options?: CallOptions): Promise<RequestReplayOut> =>
      this.#send({ method: 'POST', path: `/api/v1/app/${segment(appId)}/request/${segment(requestId)}/replay`, body: body ?? {}, answer: 'json', options }) as Promise<RequestReplayOut>,
  }

  readonly flow = {
    /** List flows, without their steps. */
    list: (appId: string, query?: FlowListQuery, options?: CallOptions): Promise<FlowListOut> =>
      this.#send({ method: 'GET', path: `/api/v1/app/${segment(appId)}/flow`, query, answer: 'json', options }) as Promise<FlowListOut>,
    /** The same, item by item over all pages. */
    listAll: (appId: string, query?: FlowListQuery, options?: CallOptions): AsyncGenerator<FlowListOut['data'][number], void, undefined> =>
      everyItem((page) => this.flow.list(appId, page, options), query),
    /** Create a flow as a draft. */
    create: (appId: string, body: FlowIn, options?: CallOptions): Promise<FlowOut> =>
      this.#send({ method: 'POST', path: `/api/v1/app/${segment(appId)}/flow`, body, answer: 'json', options }) as Promise<FlowOut>,
    /** Get a flow with its draft. */
    get: (appId: string, flowId: string, options?: CallOptions): Promise<FlowOut> =>
      this.#send({ method: 'GET', path: `/api/v1/app/${segment(appId)}/flow/${segment(flowId)}`, answer: 'json', options }) as Promise<FlowOut>,
    /** Replace the draft of a flow, or create it under this uid. */
    update: (appId: string, flowId: string, body: FlowIn, options?: CallOptions): Promise<FlowOut> =>
      this.#send({ method: 'PUT', path: `/api/v1/app/${segment(appId)}/flow/${segment(flowId)}`, body, answer: 'json', options }) as Promise<FlowOut>,
    /** Enable or disable a flow, or change parts of its draft. */
    patch: (appId: string, flowId: string, body?: FlowPatchIn, options?: CallOptions): Promise<FlowOut> =>
      this.#send({ method: 'PATCH', path: `/api/v1/app/${segment(appId)}/flow/${segment(flowId)}`, body: body ?? {}, answer: 'json', options }) as Promise<FlowOut>,
    /** Delete a flow; runs under way finish unless they are cancelled. */
    delete: (appId: string, flowId: string, query?: FlowDeleteQuery, options?: CallOptions): Promise<void> =>
      this.#send({ method: 'DELETE', path: `/api/v1/app/${segment(appId)}/flow/${segment(flowId)}`, query, answer: 'none', options }) as Promise<void>,
    /** Make the draft a version, which new runs take from now on. */
    publish: (appId: string, flowId: string, options?: CallOptions): Promise<FlowPublishOut> =>
      this.#send({ method: 'POST', path: `/api/v1/app/${segment(appId)}/flow/${segment(flowId)}/publish`, answer: 'json', options }) as Promise<FlowPublishOut>,
    /** List the versions of a flow, newest first. */
    listVersions: (appId: string, flowId: string, query?: FlowListVersionsQuery, options?: CallOptions): Promise<FlowListVersionsOut> =>
      this.#send({ method: 'GET', path: `/api/v1/app/${segment(appId)}/flow/${segment(flowId)}/version`, query, answer: 'json', options }) as Promise<FlowListVersionsOut>,
    /** The same, item by item over all pages. */
    listVersionsAll: (appId: string, flowId: string, query?: FlowListVersionsQuery, options?: CallOptions): AsyncGenerator<FlowListVersionsOut['data'][number], void, undefined> =>
      everyItem((page) => this.flow.listVersions(appId, flowId, page, options), query),
    /** Get a version with its definition. */
    getVersion: (appId: string, flowId: string, version: string, options?: CallOptions): Promise<FlowGetVersionOut> =>
      this.#send({ method: 'GET', path: `/api/v1/app/${segment(appId)}/flow/${segment(flowId)}/version/${segment(version)}`, answer: 'json', options }) as Promise<FlowGetVersionOut>,
    /** Make a version the draft again. */
    restoreVersion: (appId: string, flowId: string, version: string, options?: CallOptions): Promise<FlowOut> =>
      this.#send({ method: 'POST', path: `/api/v1/app/${segment(appId)}/flow/${segment(flowId)}/version/${segment(version)}/restore`, answer: 'json', options }) as Promise<FlowOut>,
    /** Try the draft of a flow with simulated data or a past request; nothing is sent or kept. */
    test: (appId: string, flowId: string, body?: FlowTestIn, options?: CallOptions): Promise<FlowTestOut> =>
      this.#send({ method: 'POST', path: `/api/v1/app/${segment(appId)}/flow/${segment(flowId)}/test`, body: body ?? {}, answer: 'json', options }) as Promise<FlowTestOut>,
  }

  readonly run = {
    /** List runs, newest first. */
    list: (appId: string, query?: RunListQuery, options?: CallOptions): Promise<RunListOut> =>
      this.#send({ method: 'GET', path: `/api/v1/app/${segment(appId)}/run`, query, answer: 'json', options }) as Promise<RunListOut>,
    /** The same, item by item over all pages. */
    listAll: (appId: string, query?: RunListQuery, options?: CallOptions): AsyncGenerator<RunListOut['data'][number], void, undefined> =>
      everyItem((page) => this.run.list(appId, page, options), query),
    /** Start a job: a run of a flow, and wait for it if asked to. */
    create: (appId: string, body: RunIn, query?: RunCreateQuery, options?: CallOptions): Promise<RunOut> =>
      this.#send({ method: 'POST', path: `/api/v1/app/${segment(appId)}/run`, query, body, answer: 'json', options }) as Promise<RunOut>,
    /** Get a run with its steps, its faults and its reply. */
    get: (appId: string, runId: string, options?: CallOptions): Promise<RunOut> =>
      this.#send({ method: 'GET', path: `/api/v1/app/${segment(appId)}/run/${segment(runId)}`, answer: 'json', options }) as Promise<RunOut>,
    /** Get the records of the steps of a run. */
    steps: (appId: string, runId: string, options?: CallOptions): Promise<RunStepsOut> =>
      this.#send({ method: 'GET', path: `/api/v1/app/${segment(appId)}/run/${segment(runId)}/step`, answer: 'json', options }) as Promise<RunStepsOut>,
    /** Cancel a run and its deliveries that were not made yet. */
    cancel: (appId: string, runId: string, options?: CallOptions): Promise<RunOut> =>
      this.#send({ method: 'POST', path: `/api/v1/app/${segment(appId)}/run/${segment(runId)}/cancel`, answer: 'json', options }) as Promise<RunOut>,
    /** Run again with what started it, deduplication passed by. */
    again: (appId: string, runId: string, body?: RunAgainIn, query?: RunAgainQuery, options?: CallOptions): Promise<RunOut> =>
      this.#send({ method: 'POST', path: `/api/v1/app/${segment(appId)}/run/${segment(runId)}/again`, query, body: body ?? {}, answer: 'json', options }) as Promise<RunOut>,
  }

  readonly secret = {
    /** List secrets, without their values. */
    list: (appId: string, query?: SecretListQuery, options?: CallOptions): Promise<SecretListOut> =>
      this.#send({ method: 'GET', path: `/api/v1/app/${segment(appId)}/secret`, query, answer: 'json', options }) as Promise<SecretListOut>,
    /** The same, item by item over all pages. */
    listAll: (appId: string, query?: SecretListQuery, options?: CallOptions): AsyncGenerator<SecretListOut['data'][number], void, undefined> =>
      everyItem((page) => this.secret.list(appId, page, options), query),
    /** Get a secret, without its value. */
    get: (appId: string, secretName: string, options?: CallOptions): Promise<SecretOut> =>
      this.#send({ method: 'GET', path: `/api/v1/app/${segment(appId)}/secret/${segment(secretName)}`, answer: 'json', options }) as Promise<SecretOut>,
    /** Create a secret or change its value; it is never shown again. */
    put: (appId: string, secretName: string, body: SecretPutIn, options?: CallOptions): Promise<SecretOut> =>
      this.#send({ method: 'PUT', path: `/api/v1/app/${segment(appId)}/secret/${segment(secretName)}`, body, answer: 'json', options }) as Promise<SecretOut>,
    /** Delete a secret that no listener and no published flow reads. */
    delete: (appId: string, secretName: string, options?: CallOptions): Promise<void> =>
      this.#send({ method: 'DELETE', path: `/api/v1/app/${segment(appId)}/secret/${segment(secretName)}`, answer: 'none', options }) as Promise<void>,
  }

  readonly key = {
    /** List keys, without their texts. */
    list: (query?: KeyListQuery, options?: CallOptions): Promise<KeyListOut> =>
      this.#send({ method: 'GET', path: '/api/v1/key', query, answer: 'json', options }) as Promise<KeyListOut>,
    /** The same, item by item over all pages. */
    listAll: (query?: KeyListQuery, options?: CallOptions): AsyncGenerator<KeyListOut['data'][number], void, undefined> =>
      everyItem((page) => this.key.list(page, options), query),
    /** Create a key; its text is shown once. */
    create: (body: KeyIn, options?: CallOptions): Promise<KeyCreateOut> =>
      this.#send({ method: 'POST', path: '/api/v1/key', body, answer: 'json', options }) as Promise<KeyCreateOut>,
    /** Get a key, without its text. */
    get: (keyId: string, options?: CallOptions): Promise<KeyOut> =>
      this.#send({ method: 'GET', path: `/api/v1/key/${segment(keyId)}`, answer: 'json', options }) as Promise<KeyOut>,
    /** Revoke a key. */
    revoke: (keyId: string, options?: CallOptions): Promise<void> =>
      this.#send({ method: 'DELETE', path: `/api/v1/key/${segment(keyId)}`, answer: 'none', options }) as Promise<void>,
  }

  readonly authentication = {
    /** Make a key for the people of an application, and the link that carries it. */
    appPortalAccess: (appId: string, body?: AuthenticationAppPortalAccessIn, options?: CallOptions): Promise<AuthenticationAppPortalAccessOut> =>
      this.#send({ method: 'POST', path: `/api/v1/auth/app-portal-access/${segment(appId)}`, body: body ?? {}, answer: 'json', options }) as Promise<AuthenticationAppPortalAccessOut>,
    /** Revoke the key that calls, if it is one of an application. */
    logout: (options?: CallOptions): Promise<void> =>
      this.#send({ method: 'POST', path: '/api/v1/auth/logout', answer: 'none', options }) as Promise<void>,
  }

  readonly audit = {
    /** List changes, newest first. */
    list: (query?: AuditListQuery, options?: CallOptions): Promise<AuditListOut> =>
      this.#send({ method: 'GET', path: '/api/v1/audit', query, answer: 'json', options }) as Promise<AuditListOut>,
    /** The same, item by item over all pages. */
    listAll: (query?: AuditListQuery, options?: CallOptions): AsyncGenerator<AuditListOut['data'][number], void, undefined> =>
      everyItem((page) => this.audit.list(page, options), query),
  }

  readonly health = {
    /** The process answers. */
    live: (options?: CallOptions): Promise<HealthLiveOut> =>
      this.#send({ method: 'GET', path: '/healthz', answer: 'json', options }) as Promise<HealthLiveOut>,
    /** The process answers. */
    get: (options?: CallOptions): Promise<void> =>
      this.#send({ method: 'GET', path: '/api/v1/health', answer: 'none', options }) as Promise<void>,
    /** The process answers. */
    ping: (options?: CallOptions): Promise<void> =>
      this.#send({ method: 'GET', path: '/api/v1/health/ping', answer: 'none', options }) as Promise<void>,
    /** The store took a write just now. */
    ready: (options?: CallOptions): Promise<HealthReadyOut> =>
      this.#send({ method: 'GET', path: '/readyz', answer: 'json', options }) as Promise<HealthReadyOut>,
  }
}
