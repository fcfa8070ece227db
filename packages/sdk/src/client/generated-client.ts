// Made by `npm run client` from the operations of packages/contract: change those.

import type {
  ApplicationCreateQuery,
  ApplicationGetPlanUseOut,
  ApplicationGetRequestStatsOut,
  ApplicationGetRequestStatsQuery,
  ApplicationGetRunStatsOut,
  ApplicationGetRunStatsQuery,
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
  AuthenticationExpireAllIn,
  ConnectionListOut,
  ConnectionListQuery,
  ConnectionOut,
  ConnectionPutIn,
  DeliveryCancelManyIn,
  DeliveryCancelManyOut,
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
  EndpointReplayMissingOut,
  EndpointRotateSecretIn,
  EndpointRotateSecretOut,
  EndpointRotateSecretQuery,
  EndpointSendExampleIn,
  EndpointTestIn,
  EndpointTestOut,
  EndpointUpdateHeadersIn,
  EndpointUpdateIn,
  EndpointUpdateOut,
  EntryGetContentQuery,
  EntryIn,
  EntryListOut,
  EntryListQuery,
  EntryListVersionsOut,
  EntryOut,
  EntryUpdateIn,
  EntryUpdateQuery,
  EventTypeDeleteQuery,
  EventTypeGetUseOut,
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
  FlowDiffOut,
  FlowDiffQuery,
  FlowGetVersionOut,
  FlowIn,
  FlowListOut,
  FlowListQuery,
  FlowListVersionsOut,
  FlowListVersionsQuery,
  FlowOut,
  FlowPatchIn,
  FlowPublishIn,
  FlowPublishOut,
  FlowTestIn,
  FlowTestOut,
  HealthLiveOut,
  HealthReadyOut,
  InstallOut,
  IssueListOut,
  KeyCreateOut,
  KeyIn,
  KeyListOut,
  KeyListQuery,
  KeyOut,
  ListenerCaptureIn,
  ListenerIn,
  ListenerListOut,
  ListenerListQuery,
  ListenerOut,
  ListenerPatchIn,
  ListenerVerifyIn,
  ListenerVerifyOut,
  MappingTestIn,
  MappingTestOut,
  MeOut,
  MemberCreateOut,
  MemberIn,
  MemberListOut,
  MemberListQuery,
  MemberOut,
  MemberPatchIn,
  MemberResetOut,
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
  MessagePrecheckIn,
  MessagePrecheckOut,
  PlanIn,
  PlanListOut,
  PlanListQuery,
  PlanOut,
  PlanPatchIn,
  PlanUpdateIn,
  PortalGetLookOut,
  PortalPutLookIn,
  PortalRedeemLinkIn,
  PortalRedeemLinkOut,
  ReplayCreateOut,
  ReplayIn,
  ReplayListOut,
  ReplayListQuery,
  ReplayOut,
  RequestAcceptOut,
  RequestListOut,
  RequestListQuery,
  RequestOut,
  RequestReplayAllIn,
  RequestReplayAllOut,
  RequestReplayIn,
  RequestReplayOut,
  RequestResendIn,
  RequestSearchOut,
  RequestSearchQuery,
  RunAgainIn,
  RunAgainManyIn,
  RunAgainManyOut,
  RunAgainQuery,
  RunCancelManyIn,
  RunCancelManyOut,
  RunCreateQuery,
  RunIn,
  RunListOut,
  RunListQuery,
  RunOut,
  RunStepsOut,
  ScheduleTimesOut,
  ScheduleTimesQuery,
  SecretListOut,
  SecretListQuery,
  SecretOut,
  SecretPutIn,
  SessionBeginSignInOut,
  SessionCompleteSignInIn,
  SessionDescribeLinkIn,
  SessionDescribeLinkOut,
  SessionIn,
  SessionListProvidersOut,
  SessionRedeemLinkIn,
  StepKindListOut,
  StepKindListQuery,
  StepKindOut,
  StreamListenOut,
  StreamListenQuery,
  SystemListOut,
  SystemListQuery,
  SystemOut,
  TemplateApplyIn,
  TemplateApplyOut,
  TemplateListOut,
  TemplateListQuery,
  TemplateOut,
  TrailOut,
  TransformationTestIn,
  TransformationTestOut,
  ViewIn,
  ViewListOut,
  ViewListQuery,
  ViewOut,
  ViewPatchIn,
} from './generated-schemas.ts'
import { createListen, type Listen, type ListenOptions } from './listen.ts'
import { everyItem } from './paging.ts'
import { createSend, segment, type CallOptions, type PosthornOptions, type Send } from './send.ts'

/**
 * The API of a Posthorn server, an operation a method. A call that fails is rejected with a `PosthornError`, whose `code` says why:
 *
 * - what its method names;
 * - of any call: `authentication_failed` (of a browser `session_ended`), `rate_limited` after many wrong keys, `insufficient_access`, `overloaded`, `stopping`,
 *   `secret_unreadable`, `internal`, or one that begins with `store_`;
 * - of a change: `changed_meanwhile`; of one with a body that is too large or nests too deep: `payload_too_large`, `malformed_json`;
 *   of a POST whose idempotency key was used before: `idempotency_mismatch`, `idempotency_in_progress`, `idempotency_answer_lost`;
 * - `network`, `timeout` or `aborted` if no answer came; `unreadable` if one came that is not of the API.
 *
 * What may succeed a second time is tried again before that, up to `retriesMax` times.
 *
 * @throws {TypeError} At once, for an empty token, and for an id or uid that is empty, `.` or `..`.
 * @example
 * const posthorn = new Posthorn({ serverUrl: 'http://localhost:8400', token: 'phk_...' })
 * const listener = await posthorn.listener.create('default', { name: 'Orders', suffix: '/orders', auth: { kind: 'none' } })
 * for await (const request of posthorn.request.listAll('default', listener.id)) console.log(request.status)
 */
export class Posthorn {
  readonly #send: Send
  readonly #listen: Listen

  constructor(options: PosthornOptions) {
    this.#send = createSend(options)
    this.#listen = createListen(options)
  }

  readonly application = {
    /**
     * List applications.
     *
     * @throws {PosthornError} `validation_error`
     * @example const { data, iterator, done } = await posthorn.application.list()
     */
    list: (query?: ApplicationListQuery, options?: CallOptions): Promise<ApplicationListOut> =>
      this.#send({ method: 'GET', path: '/api/v1/app', query, answer: 'json', options }) as Promise<ApplicationListOut>,
    /**
     * What `list` answers, item by item: asks for the next page when it is needed.
     *
     * @example
     * for await (const item of posthorn.application.listAll()) console.log(item)
     */
    listAll: (query?: ApplicationListQuery, options?: CallOptions): AsyncGenerator<ApplicationListOut['data'][number], void, undefined> =>
      everyItem((page) => this.application.list(page, options), query),
    /**
     * Create an application.
     *
     * @throws {PosthornError} `validation_error`, `conflict`
     * @example const answer = await posthorn.application.create({ name: 'Shop', uid: 'shop' }, { get_if_exists: true })
     */
    create: (body: ApplicationIn, query?: ApplicationCreateQuery, options?: CallOptions): Promise<ApplicationOut> =>
      this.#send({ method: 'POST', path: '/api/v1/app', query, body, answer: 'json', options }) as Promise<ApplicationOut>,
    /**
     * Get an application.
     *
     * @param appId Id or uid of the application.
     * @throws {PosthornError} `not_found`
     * @example const answer = await posthorn.application.get('shop')
     */
    get: (appId: string, options?: CallOptions): Promise<ApplicationOut> =>
      this.#send({ method: 'GET', path: `/api/v1/app/${segment(appId)}`, answer: 'json', options }) as Promise<ApplicationOut>,
    /**
     * Replace an application, or create it under this uid.
     *
     * @param appId Id or uid of the application.
     * @throws {PosthornError} `not_found`, `validation_error`, `conflict`, `application_reserved`
     * @example const answer = await posthorn.application.update('shop', { name: 'Shop', throttleRate: 50 })
     */
    update: (appId: string, body: ApplicationIn, options?: CallOptions): Promise<ApplicationOut> =>
      this.#send({ method: 'PUT', path: `/api/v1/app/${segment(appId)}`, body, answer: 'json', options }) as Promise<ApplicationOut>,
    /**
     * Change parts of an application.
     *
     * @param appId Id or uid of the application.
     * @throws {PosthornError} `not_found`, `validation_error`, `conflict`, `application_reserved`
     * @example const answer = await posthorn.application.patch('shop', { plan: 'basic' })
     */
    patch: (appId: string, body?: ApplicationPatchIn, options?: CallOptions): Promise<ApplicationOut> =>
      this.#send({ method: 'PATCH', path: `/api/v1/app/${segment(appId)}`, body: body ?? {}, answer: 'json', options }) as Promise<ApplicationOut>,
    /**
     * Delete an application.
     *
     * @param appId Id or uid of the application.
     * @throws {PosthornError} `not_found`, `application_reserved`
     * @example await posthorn.application.delete('shop')
     */
    delete: (appId: string, options?: CallOptions): Promise<void> =>
      this.#send({ method: 'DELETE', path: `/api/v1/app/${segment(appId)}`, answer: 'none', options }) as Promise<void>,
    /**
     * Get what the plan of an application allows, and how much of it is used.
     *
     * @param appId Id or uid of the application.
     * @throws {PosthornError} `not_found`
     * @example const answer = await posthorn.application.getPlanUse('shop')
     */
    getPlanUse: (appId: string, options?: CallOptions): Promise<ApplicationGetPlanUseOut> =>
      this.#send({ method: 'GET', path: `/api/v1/app/${segment(appId)}/plan`, answer: 'json', options }) as Promise<ApplicationGetPlanUseOut>,
    /**
     * Count deliveries over time by what became of them, and what waits now.
     *
     * @param appId Id or uid of the application.
     * @throws {PosthornError} `not_found`, `validation_error`
     * @example const answer = await posthorn.application.getStats('shop', { bucket: 'day', since: '2030-01-01T00:00:00Z' })
     */
    getStats: (appId: string, query?: ApplicationGetStatsQuery, options?: CallOptions): Promise<ApplicationGetStatsOut> =>
      this.#send({ method: 'GET', path: `/api/v1/app/${segment(appId)}/stats`, query, answer: 'json', options }) as Promise<ApplicationGetStatsOut>,
    /**
     * Count requests over time by what became of them; by listener, status or reason if asked to.
     *
     * @param appId Id or uid of the application.
     * @throws {PosthornError} `not_found`, `validation_error`
     * @example const answer = await posthorn.application.getRequestStats('shop', { group_by: 'listener' })
     */
    getRequestStats: (appId: string, query?: ApplicationGetRequestStatsQuery, options?: CallOptions): Promise<ApplicationGetRequestStatsOut> =>
      this.#send({ method: 'GET', path: `/api/v1/app/${segment(appId)}/stats/request`, query, answer: 'json', options }) as Promise<ApplicationGetRequestStatsOut>,
    /**
     * Count runs over time by how they ended, and how long they took; by flow or status if asked to.
     *
     * @param appId Id or uid of the application.
     * @throws {PosthornError} `not_found`, `validation_error`
     * @example const answer = await posthorn.application.getRunStats('shop', { group_by: 'flow' })
     */
    getRunStats: (appId: string, query?: ApplicationGetRunStatsQuery, options?: CallOptions): Promise<ApplicationGetRunStatsOut> =>
      this.#send({ method: 'GET', path: `/api/v1/app/${segment(appId)}/stats/run`, query, answer: 'json', options }) as Promise<ApplicationGetRunStatsOut>,
  }

  readonly issue = {
    /**
     * List what needs attention now, and in the last 24 hours, the most urgent first.
     *
     * @param appId Id or uid of the application.
     * @throws {PosthornError} `not_found`
     * @example const answer = await posthorn.issue.list('shop')
     */
    list: (appId: string, options?: CallOptions): Promise<IssueListOut> =>
      this.#send({ method: 'GET', path: `/api/v1/app/${segment(appId)}/issue`, answer: 'json', options }) as Promise<IssueListOut>,
  }

  readonly trail = {
    /**
     * Follow an event from the id of a request, run, message, delivery or attempt: what caused it, and what it caused.
     *
     * @param appId Id or uid of the application.
     * @param trailId Id of a request, run, message, delivery or attempt.
     * @throws {PosthornError} `not_found`
     * @example const answer = await posthorn.trail.get('shop', 'req_...')
     */
    get: (appId: string, trailId: string, options?: CallOptions): Promise<TrailOut> =>
      this.#send({ method: 'GET', path: `/api/v1/app/${segment(appId)}/trail/${segment(trailId)}`, answer: 'json', options }) as Promise<TrailOut>,
  }

  readonly stream = {
    /**
     * Hear of requests, runs, messages, deliveries and endpoints as they come and change.
     *
     * @param appId Id or uid of the application.
     * @throws {PosthornError} `not_found`, `validation_error`
     * @example
     * for await (const event of posthorn.stream.listen('shop', { topics: ['request', 'delivery'] })) console.log(event)
     */
    listen: (appId: string, query?: StreamListenQuery, options?: ListenOptions): AsyncGenerator<StreamListenOut, void, undefined> =>
      this.#listen({ path: `/api/v1/app/${segment(appId)}/stream`, query, options }) as AsyncGenerator<StreamListenOut, void, undefined>,
  }

  readonly portal = {
    /**
     * Exchange the link to a portal for a key of its application; a link works once.
     *
     * @throws {PosthornError} `validation_error`, `link_used_up`, `cross_site_refused`
     * @example const answer = await posthorn.portal.redeemLink({ token: 'php_...' })
     */
    redeemLink: (body: PortalRedeemLinkIn, options?: CallOptions): Promise<PortalRedeemLinkOut> =>
      this.#send({ method: 'POST', path: '/api/v1/portal/session', body, answer: 'json', options }) as Promise<PortalRedeemLinkOut>,
    /**
     * Get how the portal looks.
     *
     * @example const answer = await posthorn.portal.getLook()
     */
    getLook: (options?: CallOptions): Promise<PortalGetLookOut> =>
      this.#send({ method: 'GET', path: '/api/v1/portal/look', answer: 'json', options }) as Promise<PortalGetLookOut>,
    /**
     * Set how the portal looks.
     *
     * @throws {PosthornError} `validation_error`
     * @example const answer = await posthorn.portal.putLook({ name: 'Lindqvist Supply', accent: '#7a3b1d' })
     */
    putLook: (body?: PortalPutLookIn, options?: CallOptions): Promise<PortalGetLookOut> =>
      this.#send({ method: 'PUT', path: '/api/v1/portal/look', body: body ?? {}, answer: 'json', options }) as Promise<PortalGetLookOut>,
  }

  readonly view = {
    /**
     * List the saved views of lists: the caller's own and those that are shared.
     *
     * @param appId Id or uid of the application.
     * @throws {PosthornError} `not_found`, `validation_error`
     * @example const { data, iterator, done } = await posthorn.view.list('shop')
     */
    list: (appId: string, query?: ViewListQuery, options?: CallOptions): Promise<ViewListOut> =>
      this.#send({ method: 'GET', path: `/api/v1/app/${segment(appId)}/view`, query, answer: 'json', options }) as Promise<ViewListOut>,
    /**
     * What `list` answers, item by item: asks for the next page when it is needed.
     *
     * @example
     * for await (const item of posthorn.view.listAll('shop')) console.log(item)
     */
    listAll: (appId: string, query?: ViewListQuery, options?: CallOptions): AsyncGenerator<ViewListOut['data'][number], void, undefined> =>
      everyItem((page) => this.view.list(appId, page, options), query),
    /**
     * Save the filters of a list under a name.
     *
     * @param appId Id or uid of the application.
     * @throws {PosthornError} `not_found`, `validation_error`
     * @example const answer = await posthorn.view.create('shop', { list: 'deliveries', name: 'Not delivered', search: { status: 'failed' }, shared: true })
     */
    create: (appId: string, body: ViewIn, options?: CallOptions): Promise<ViewOut> =>
      this.#send({ method: 'POST', path: `/api/v1/app/${segment(appId)}/view`, body, answer: 'json', options }) as Promise<ViewOut>,
    /**
     * Get a saved view.
     *
     * @param appId Id or uid of the application.
     * @param viewId Id of the view.
     * @throws {PosthornError} `not_found`
     * @example const answer = await posthorn.view.get('shop', 'view_...')
     */
    get: (appId: string, viewId: string, options?: CallOptions): Promise<ViewOut> =>
      this.#send({ method: 'GET', path: `/api/v1/app/${segment(appId)}/view/${segment(viewId)}`, answer: 'json', options }) as Promise<ViewOut>,
    /**
     * Rename a saved view, change its filters, or share it; of a viewer, one of their own, which stays theirs alone.
     *
     * @param appId Id or uid of the application.
     * @param viewId Id of the view.
     * @throws {PosthornError} `not_found`, `validation_error`
     * @example const answer = await posthorn.view.patch('shop', 'view_...', { name: 'Failed today' })
     */
    patch: (appId: string, viewId: string, body?: ViewPatchIn, options?: CallOptions): Promise<ViewOut> =>
      this.#send({ method: 'PATCH', path: `/api/v1/app/${segment(appId)}/view/${segment(viewId)}`, body: body ?? {}, answer: 'json', options }) as Promise<ViewOut>,
    /**
     * Remove a saved view; a viewer one of their own.
     *
     * @param appId Id or uid of the application.
     * @param viewId Id of the view.
     * @throws {PosthornError} `not_found`
     * @example await posthorn.view.delete('shop', 'view_...')
     */
    delete: (appId: string, viewId: string, options?: CallOptions): Promise<void> =>
      this.#send({ method: 'DELETE', path: `/api/v1/app/${segment(appId)}/view/${segment(viewId)}`, answer: 'none', options }) as Promise<void>,
  }

  readonly plan = {
    /**
     * List plans.
     *
     * @throws {PosthornError} `validation_error`
     * @example const { data, iterator, done } = await posthorn.plan.list()
     */
    list: (query?: PlanListQuery, options?: CallOptions): Promise<PlanListOut> =>
      this.#send({ method: 'GET', path: '/api/v1/plan', query, answer: 'json', options }) as Promise<PlanListOut>,
    /**
     * What `list` answers, item by item: asks for the next page when it is needed.
     *
     * @example
     * for await (const item of posthorn.plan.listAll()) console.log(item)
     */
    listAll: (query?: PlanListQuery, options?: CallOptions): AsyncGenerator<PlanListOut['data'][number], void, undefined> =>
      everyItem((page) => this.plan.list(page, options), query),
    /**
     * Create a plan.
     *
     * @throws {PosthornError} `validation_error`, `conflict`
     * @example const answer = await posthorn.plan.create({ name: 'basic', endpointsMax: 5, deliveriesPerHour: 10000 })
     */
    create: (body: PlanIn, options?: CallOptions): Promise<PlanOut> =>
      this.#send({ method: 'POST', path: '/api/v1/plan', body, answer: 'json', options }) as Promise<PlanOut>,
    /**
     * Get a plan.
     *
     * @param planName Name of the plan.
     * @throws {PosthornError} `not_found`
     * @example const answer = await posthorn.plan.get('basic')
     */
    get: (planName: string, options?: CallOptions): Promise<PlanOut> =>
      this.#send({ method: 'GET', path: `/api/v1/plan/${segment(planName)}`, answer: 'json', options }) as Promise<PlanOut>,
    /**
     * Replace a plan, or create it under this name; its applications have the new limits at once.
     *
     * @param planName Name of the plan.
     * @throws {PosthornError} `validation_error`, `plan_fixed`
     * @example const answer = await posthorn.plan.update('basic', { endpointsMax: 10 })
     */
    update: (planName: string, body?: PlanUpdateIn, options?: CallOptions): Promise<PlanOut> =>
      this.#send({ method: 'PUT', path: `/api/v1/plan/${segment(planName)}`, body: body ?? {}, answer: 'json', options }) as Promise<PlanOut>,
    /**
     * Change parts of a plan; its applications have the new limits at once.
     *
     * @param planName Name of the plan.
     * @throws {PosthornError} `not_found`, `validation_error`, `plan_fixed`
     * @example const answer = await posthorn.plan.patch('basic', { retriesMax: 5 })
     */
    patch: (planName: string, body?: PlanPatchIn, options?: CallOptions): Promise<PlanOut> =>
      this.#send({ method: 'PATCH', path: `/api/v1/plan/${segment(planName)}`, body: body ?? {}, answer: 'json', options }) as Promise<PlanOut>,
    /**
     * Delete a plan that no application has.
     *
     * @param planName Name of the plan.
     * @throws {PosthornError} `not_found`, `plan_fixed`, `plan_in_use`
     * @example await posthorn.plan.delete('basic')
     */
    delete: (planName: string, options?: CallOptions): Promise<void> =>
      this.#send({ method: 'DELETE', path: `/api/v1/plan/${segment(planName)}`, answer: 'none', options }) as Promise<void>,
  }

  readonly eventType = {
    /**
     * List event types; their schemas and examples with ?with_content=true.
     *
     * @throws {PosthornError} `validation_error`
     * @example const { data, iterator, done } = await posthorn.eventType.list({ with_content: true })
     */
    list: (query?: EventTypeListQuery, options?: CallOptions): Promise<EventTypeListOut> =>
      this.#send({ method: 'GET', path: '/api/v1/event-type', query, answer: 'json', options }) as Promise<EventTypeListOut>,
    /**
     * What `list` answers, item by item: asks for the next page when it is needed.
     *
     * @example
     * for await (const item of posthorn.eventType.listAll({ with_content: true })) console.log(item)
     */
    listAll: (query?: EventTypeListQuery, options?: CallOptions): AsyncGenerator<EventTypeListOut['data'][number], void, undefined> =>
      everyItem((page) => this.eventType.list(page, options), query),
    /**
     * Create an event type.
     *
     * @throws {PosthornError} `validation_error`, `event_type_exists`
     * @example const answer = await posthorn.eventType.create({ name: 'invoice.paid', description: 'An invoice was paid in full.' })
     */
    create: (body: EventTypeIn, options?: CallOptions): Promise<EventTypeOut> =>
      this.#send({ method: 'POST', path: '/api/v1/event-type', body, answer: 'json', options }) as Promise<EventTypeOut>,
    /**
     * Make event types be as a catalogue or a list says; those that are so already are left alone.
     *
     * @throws {PosthornError} `validation_error`
     * @example const answer = await posthorn.eventType.import({ catalogue: 'invoice-maker' })
     */
    import: (body?: EventTypeImportIn, options?: CallOptions): Promise<EventTypeImportOut> =>
      this.#send({ method: 'POST', path: '/api/v1/event-type/import', body: body ?? {}, answer: 'json', options }) as Promise<EventTypeImportOut>,
    /**
     * Get an event type.
     *
     * @param eventTypeName Name of the event type.
     * @throws {PosthornError} `not_found`
     * @example const answer = await posthorn.eventType.get('invoice.paid')
     */
    get: (eventTypeName: string, options?: CallOptions): Promise<EventTypeOut> =>
      this.#send({ method: 'GET', path: `/api/v1/event-type/${segment(eventTypeName)}`, answer: 'json', options }) as Promise<EventTypeOut>,
    /**
     * Show which endpoints and flows name an event type, in all applications.
     *
     * @param eventTypeName Name of the event type.
     * @throws {PosthornError} `not_found`
     * @example const answer = await posthorn.eventType.getUse('invoice.paid')
     */
    getUse: (eventTypeName: string, options?: CallOptions): Promise<EventTypeGetUseOut> =>
      this.#send({ method: 'GET', path: `/api/v1/event-type/${segment(eventTypeName)}/use`, answer: 'json', options }) as Promise<EventTypeGetUseOut>,
    /**
     * Replace an event type, or create it.
     *
     * @param eventTypeName Name of the event type.
     * @throws {PosthornError} `validation_error`
     * @example const answer = await posthorn.eventType.update('invoice.paid', { description: 'An invoice was paid in full.', example: { invoice: 'inv_1', amount: 100 } })
     */
    update: (eventTypeName: string, body: EventTypeUpdateIn, options?: CallOptions): Promise<EventTypeOut> =>
      this.#send({ method: 'PUT', path: `/api/v1/event-type/${segment(eventTypeName)}`, body, answer: 'json', options }) as Promise<EventTypeOut>,
    /**
     * Change parts of an event type.
     *
     * @param eventTypeName Name of the event type.
     * @throws {PosthornError} `not_found`, `validation_error`
     * @example const answer = await posthorn.eventType.patch('invoice.paid', { deprecated: true })
     */
    patch: (eventTypeName: string, body?: EventTypePatchIn, options?: CallOptions): Promise<EventTypeOut> =>
      this.#send({ method: 'PATCH', path: `/api/v1/event-type/${segment(eventTypeName)}`, body: body ?? {}, answer: 'json', options }) as Promise<EventTypeOut>,
    /**
     * Archive an event type, or remove it with ?expunge=true.
     *
     * @param eventTypeName Name of the event type.
     * @throws {PosthornError} `not_found`, `validation_error`
     * @example await posthorn.eventType.delete('invoice.paid', { expunge: true })
     */
    delete: (eventTypeName: string, query?: EventTypeDeleteQuery, options?: CallOptions): Promise<void> =>
      this.#send({ method: 'DELETE', path: `/api/v1/event-type/${segment(eventTypeName)}`, query, answer: 'none', options }) as Promise<void>,
  }

  readonly endpoint = {
    /**
     * List endpoints.
     *
     * @param appId Id or uid of the application.
     * @throws {PosthornError} `not_found`, `validation_error`
     * @example const { data, iterator, done } = await posthorn.endpoint.list('shop')
     */
    list: (appId: string, query?: EndpointListQuery, options?: CallOptions): Promise<EndpointListOut> =>
      this.#send({ method: 'GET', path: `/api/v1/app/${segment(appId)}/endpoint`, query, answer: 'json', options }) as Promise<EndpointListOut>,
    /**
     * What `list` answers, item by item: asks for the next page when it is needed.
     *
     * @example
     * for await (const item of posthorn.endpoint.listAll('shop')) console.log(item)
     */
    listAll: (appId: string, query?: EndpointListQuery, options?: CallOptions): AsyncGenerator<EndpointListOut['data'][number], void, undefined> =>
      everyItem((page) => this.endpoint.list(appId, page, options), query),
    /**
     * Create an endpoint; its secret is shown once.
     *
     * @param appId Id or uid of the application.
     * @throws {PosthornError} `not_found`, `validation_error`, `conflict`, `limit_reached`
     * @example const answer = await posthorn.endpoint.create('shop', { url: 'https://example.com/webhooks', eventTypes: ['invoice.*'] })
     */
    create: (appId: string, body: EndpointIn, options?: CallOptions): Promise<EndpointCreateOut> =>
      this.#send({ method: 'POST', path: `/api/v1/app/${segment(appId)}/endpoint`, body, answer: 'json', options }) as Promise<EndpointCreateOut>,
    /**
     * Get an endpoint.
     *
     * @param appId Id or uid of the application.
     * @param endpointId Id or uid of the endpoint.
     * @throws {PosthornError} `not_found`
     * @example const answer = await posthorn.endpoint.get('shop', 'billing')
     */
    get: (appId: string, endpointId: string, options?: CallOptions): Promise<EndpointOut> =>
      this.#send({ method: 'GET', path: `/api/v1/app/${segment(appId)}/endpoint/${segment(endpointId)}`, answer: 'json', options }) as Promise<EndpointOut>,
    /**
     * Replace an endpoint, or create it under this uid.
     *
     * @param appId Id or uid of the application.
     * @param endpointId Id or uid of the endpoint.
     * @throws {PosthornError} `not_found`, `validation_error`, `conflict`, `limit_reached`
     * @example const answer = await posthorn.endpoint.update('shop', 'billing', { url: 'https://example.com/webhooks', signing: 'svix' })
     */
    update: (appId: string, endpointId: string, body: EndpointUpdateIn, options?: CallOptions): Promise<EndpointUpdateOut | EndpointCreateOut> =>
      this.#send({ method: 'PUT', path: `/api/v1/app/${segment(appId)}/endpoint/${segment(endpointId)}`, body, answer: 'json', options }) as Promise<EndpointUpdateOut | EndpointCreateOut>,
    /**
     * Change parts of an endpoint.
     *
     * @param appId Id or uid of the application.
     * @param endpointId Id or uid of the endpoint.
     * @throws {PosthornError} `not_found`, `validation_error`, `conflict`
     * @example const answer = await posthorn.endpoint.patch('shop', 'billing', { state: 'paused' })
     */
    patch: (appId: string, endpointId: string, body?: EndpointPatchIn, options?: CallOptions): Promise<EndpointUpdateOut> =>
      this.#send({ method: 'PATCH', path: `/api/v1/app/${segment(appId)}/endpoint/${segment(endpointId)}`, body: body ?? {}, answer: 'json', options }) as Promise<EndpointUpdateOut>,
    /**
     * Delete an endpoint; what waits for it is cancelled.
     *
     * @param appId Id or uid of the application.
     * @param endpointId Id or uid of the endpoint.
     * @throws {PosthornError} `not_found`
     * @example await posthorn.endpoint.delete('shop', 'billing')
     */
    delete: (appId: string, endpointId: string, options?: CallOptions): Promise<void> =>
      this.#send({ method: 'DELETE', path: `/api/v1/app/${segment(appId)}/endpoint/${segment(endpointId)}`, answer: 'none', options }) as Promise<void>,
    /**
     * Read the signing secret, for 10 minutes after it was made.
     *
     * @param appId Id or uid of the application.
     * @param endpointId Id or uid of the endpoint.
     * @throws {PosthornError} `not_found`, `secret_already_shown`
     * @example const answer = await posthorn.endpoint.getSecret('shop', 'billing')
     */
    getSecret: (appId: string, endpointId: string, options?: CallOptions): Promise<EndpointGetSecretOut> =>
      this.#send({ method: 'GET', path: `/api/v1/app/${segment(appId)}/endpoint/${segment(endpointId)}/secret`, answer: 'json', options }) as Promise<EndpointGetSecretOut>,
    /**
     * List the signing secrets, newest first, without their values: until when each signs, and when it did last.
     *
     * @param appId Id or uid of the application.
     * @param endpointId Id or uid of the endpoint.
     * @throws {PosthornError} `not_found`
     * @example const answer = await posthorn.endpoint.listSecrets('shop', 'billing')
     */
    listSecrets: (appId: string, endpointId: string, options?: CallOptions): Promise<EndpointListSecretsOut> =>
      this.#send({ method: 'GET', path: `/api/v1/app/${segment(appId)}/endpoint/${segment(endpointId)}/secret/list`, answer: 'json', options }) as Promise<EndpointListSecretsOut>,
    /**
     * Make a new signing secret, shown once with ?with_secret=true; the old one signs on for the grace period.
     *
     * @param appId Id or uid of the application.
     * @param endpointId Id or uid of the endpoint.
     * @throws {PosthornError} `not_found`, `validation_error`, `limit_reached`
     * @example const answer = await posthorn.endpoint.rotateSecret('shop', 'billing', { gracePeriodSeconds: 3600 }, { with_secret: true })
     */
    rotateSecret: (appId: string, endpointId: string, body?: EndpointRotateSecretIn, query?: EndpointRotateSecretQuery, options?: CallOptions): Promise<EndpointRotateSecretOut | void> =>
      this.#send({ method: 'POST', path: `/api/v1/app/${segment(appId)}/endpoint/${segment(endpointId)}/secret/rotate`, query, body: body ?? {}, answer: 'json', options }) as Promise<EndpointRotateSecretOut | void>,
    /**
     * Send a test event now, whatever the state of the endpoint, and answer with what came of it.
     *
     * @param appId Id or uid of the application.
     * @param endpointId Id or uid of the endpoint.
     * @throws {PosthornError} `not_found`, `validation_error`, `conflict`
     * @example const answer = await posthorn.endpoint.test('shop', 'billing', { eventType: 'invoice.paid' })
     */
    test: (appId: string, endpointId: string, body?: EndpointTestIn, options?: CallOptions): Promise<EndpointTestOut> =>
      this.#send({ method: 'POST', path: `/api/v1/app/${segment(appId)}/endpoint/${segment(endpointId)}/test`, body: body ?? {}, answer: 'json', options }) as Promise<EndpointTestOut>,
    /**
     * Send the example of an event type to this endpoint alone, as an ordinary message.
     *
     * @param appId Id or uid of the application.
     * @param endpointId Id or uid of the endpoint.
     * @throws {PosthornError} `not_found`, `validation_error`, `endpoint_disabled`, `malformed_request`
     * @example const answer = await posthorn.endpoint.sendExample('shop', 'billing', { eventType: 'invoice.paid' })
     */
    sendExample: (appId: string, endpointId: string, body: EndpointSendExampleIn, options?: CallOptions): Promise<MessageOut> =>
      this.#send({ method: 'POST', path: `/api/v1/app/${segment(appId)}/endpoint/${segment(endpointId)}/send-example`, body, answer: 'json', options }) as Promise<MessageOut>,
    /**
     * Try once more what failed since a time: a replay, oldest first and in the background.
     *
     * @param appId Id or uid of the application.
     * @param endpointId Id or uid of the endpoint.
     * @throws {PosthornError} `not_found`, `validation_error`, `endpoint_disabled`, `limit_reached`
     * @example const answer = await posthorn.endpoint.recover('shop', 'billing', { since: '2030-01-31T00:00:00Z' })
     */
    recover: (appId: string, endpointId: string, body: EndpointRecoverIn, options?: CallOptions): Promise<EndpointRecoverOut> =>
      this.#send({ method: 'POST', path: `/api/v1/app/${segment(appId)}/endpoint/${segment(endpointId)}/recover`, body, answer: 'json', options }) as Promise<EndpointRecoverOut>,
    /**
     * Send what it subscribed to and never got since a time: a replay, oldest first and in the background.
     *
     * @param appId Id or uid of the application.
     * @param endpointId Id or uid of the endpoint.
     * @throws {PosthornError} `not_found`, `validation_error`, `endpoint_disabled`, `limit_reached`
     * @example const answer = await posthorn.endpoint.replayMissing('shop', 'billing', { since: '2030-01-31T00:00:00Z' })
     */
    replayMissing: (appId: string, endpointId: string, body: EndpointRecoverIn, options?: CallOptions): Promise<EndpointReplayMissingOut> =>
      this.#send({ method: 'POST', path: `/api/v1/app/${segment(appId)}/endpoint/${segment(endpointId)}/replay-missing`, body, answer: 'json', options }) as Promise<EndpointReplayMissingOut>,
    /**
     * Read the custom headers; sensitive values are named only.
     *
     * @param appId Id or uid of the application.
     * @param endpointId Id or uid of the endpoint.
     * @throws {PosthornError} `not_found`
     * @example const answer = await posthorn.endpoint.getHeaders('shop', 'billing')
     */
    getHeaders: (appId: string, endpointId: string, options?: CallOptions): Promise<EndpointGetHeadersOut> =>
      this.#send({ method: 'GET', path: `/api/v1/app/${segment(appId)}/endpoint/${segment(endpointId)}/headers`, answer: 'json', options }) as Promise<EndpointGetHeadersOut>,
    /**
     * Replace the custom headers.
     *
     * @param appId Id or uid of the application.
     * @param endpointId Id or uid of the endpoint.
     * @throws {PosthornError} `not_found`, `validation_error`
     * @example await posthorn.endpoint.updateHeaders('shop', 'billing', { headers: { 'x-tenant': 'shop' } })
     */
    updateHeaders: (appId: string, endpointId: string, body: EndpointUpdateHeadersIn, options?: CallOptions): Promise<void> =>
      this.#send({ method: 'PUT', path: `/api/v1/app/${segment(appId)}/endpoint/${segment(endpointId)}/headers`, body, answer: 'none', options }) as Promise<void>,
    /**
     * Change some custom headers; null removes one, as deleteHeaders does.
     *
     * @param appId Id or uid of the application.
     * @param endpointId Id or uid of the endpoint.
     * @throws {PosthornError} `not_found`, `validation_error`
     * @example await posthorn.endpoint.patchHeaders('shop', 'billing', { headers: { 'x-tenant': null } })
     */
    patchHeaders: (appId: string, endpointId: string, body: EndpointPatchHeadersIn, options?: CallOptions): Promise<void> =>
      this.#send({ method: 'PATCH', path: `/api/v1/app/${segment(appId)}/endpoint/${segment(endpointId)}/headers`, body, answer: 'none', options }) as Promise<void>,
    /**
     * Count the messages of an endpoint by what became of them.
     *
     * @param appId Id or uid of the application.
     * @param endpointId Id or uid of the endpoint.
     * @throws {PosthornError} `not_found`, `validation_error`
     * @example const answer = await posthorn.endpoint.getStats('shop', 'billing')
     */
    getStats: (appId: string, endpointId: string, query?: EndpointGetStatsQuery, options?: CallOptions): Promise<EndpointGetStatsOut> =>
      this.#send({ method: 'GET', path: `/api/v1/app/${segment(appId)}/endpoint/${segment(endpointId)}/stats`, query, answer: 'json', options }) as Promise<EndpointGetStatsOut>,
  }

  readonly filter = {
    /**
     * Try a filter with a payload or a past message; nothing is sent or kept.
     *
     * @param appId Id or uid of the application.
     * @throws {PosthornError} `not_found`, `validation_error`, `missing_payload`
     * @example const answer = await posthorn.filter.test('shop', { filter: { data: { amount: { '$gt': 100 } } }, payload: { data: { amount: 120 } } })
     */
    test: (appId: string, body: FilterTestIn, options?: CallOptions): Promise<FilterTestOut> =>
      this.#send({ method: 'POST', path: `/api/v1/app/${segment(appId)}/filter/test`, body, answer: 'json', options }) as Promise<FilterTestOut>,
  }

  readonly transformation = {
    /**
     * Try a transformation with a payload or a past message; nothing is sent or kept.
     *
     * @param appId Id or uid of the application.
     * @throws {PosthornError} `not_found`, `validation_error`, `missing_payload`
     * @example const answer = await posthorn.transformation.test('shop', { expression: '{ "total": data.amount }', payload: { data: { amount: 120 } } })
     */
    test: (appId: string, body: TransformationTestIn, options?: CallOptions): Promise<TransformationTestOut> =>
      this.#send({ method: 'POST', path: `/api/v1/app/${segment(appId)}/transformation/test`, body, answer: 'json', options }) as Promise<TransformationTestOut>,
  }

  readonly message = {
    /**
     * List messages, newest first.
     *
     * @param appId Id or uid of the application.
     * @throws {PosthornError} `not_found`, `validation_error`
     * @example const { data, iterator, done } = await posthorn.message.list('shop', { event_types: ['invoice.paid'] })
     */
    list: (appId: string, query?: MessageListQuery, options?: CallOptions): Promise<MessageListOut> =>
      this.#send({ method: 'GET', path: `/api/v1/app/${segment(appId)}/msg`, query, answer: 'json', options }) as Promise<MessageListOut>,
    /**
     * What `list` answers, item by item: asks for the next page when it is needed.
     *
     * @example
     * for await (const item of posthorn.message.listAll('shop', { event_types: ['invoice.paid'] })) console.log(item)
     */
    listAll: (appId: string, query?: MessageListQuery, options?: CallOptions): AsyncGenerator<MessageListOut['data'][number], void, undefined> =>
      everyItem((page) => this.message.list(appId, page, options), query),
    /**
     * Send a message to every endpoint that wants it.
     *
     * @param appId Id or uid of the application.
     * @throws {PosthornError} `not_found`, `validation_error`, `conflict`, `malformed_request`, `payload_too_large`, `application_reserved`
     * @example const answer = await posthorn.message.create('shop', { eventType: 'invoice.paid', eventId: 'inv_1-paid', payload: { invoice: 'inv_1', amount: 120 } })
     */
    create: (appId: string, body: MessageIn, query?: MessageCreateQuery, options?: CallOptions): Promise<MessageOut> =>
      this.#send({ method: 'POST', path: `/api/v1/app/${segment(appId)}/msg`, query, body, answer: 'json', options }) as Promise<MessageOut>,
    /**
     * Send up to 1,000 messages, each accepted or refused on its own.
     *
     * @param appId Id or uid of the application.
     * @throws {PosthornError} `not_found`, `validation_error`, `application_reserved`
     * @example const answer = await posthorn.message.createBatch('shop', { messages: [{ eventType: 'invoice.paid', payload: { invoice: 'inv_1' } }] })
     */
    createBatch: (appId: string, body: MessageCreateBatchIn, options?: CallOptions): Promise<MessageCreateBatchOut> =>
      this.#send({ method: 'POST', path: `/api/v1/app/${segment(appId)}/msg/batch`, body, answer: 'json', options }) as Promise<MessageCreateBatchOut>,
    /**
     * Send an event in the envelope { id, type, created_at, data }.
     *
     * @param appId Id or uid of the application.
     * @throws {PosthornError} `not_found`, `validation_error`, `conflict`, `malformed_request`, `payload_too_large`, `application_reserved`
     * @example const answer = await posthorn.message.createEvent('shop', { id: 'inv_1-paid', type: 'invoice.paid', data: { invoice: 'inv_1' } })
     */
    createEvent: (appId: string, body: MessageCreateEventIn, options?: CallOptions): Promise<MessageOut> =>
      this.#send({ method: 'POST', path: `/api/v1/app/${segment(appId)}/event`, body, answer: 'json', options }) as Promise<MessageOut>,
    /**
     * Say whether an endpoint would get such a message, so that nobody makes what nobody gets.
     *
     * @param appId Id or uid of the application.
     * @throws {PosthornError} `not_found`, `validation_error`
     * @example const answer = await posthorn.message.precheck('shop', { eventType: 'invoice.paid' })
     */
    precheck: (appId: string, body: MessagePrecheckIn, options?: CallOptions): Promise<MessagePrecheckOut> =>
      this.#send({ method: 'POST', path: `/api/v1/app/${segment(appId)}/msg/precheck/active`, body, answer: 'json', options }) as Promise<MessagePrecheckOut>,
    /**
     * Get a message by id or event id.
     *
     * @param appId Id or uid of the application.
     * @param msgId Id or event id of the message.
     * @throws {PosthornError} `not_found`, `validation_error`
     * @example const answer = await posthorn.message.get('shop', 'inv_1-paid')
     */
    get: (appId: string, msgId: string, query?: MessageGetQuery, options?: CallOptions): Promise<MessageOut> =>
      this.#send({ method: 'GET', path: `/api/v1/app/${segment(appId)}/msg/${segment(msgId)}`, query, answer: 'json', options }) as Promise<MessageOut>,
    /**
     * Remove the payload of a message for good.
     *
     * @param appId Id or uid of the application.
     * @param msgId Id or event id of the message.
     * @throws {PosthornError} `not_found`
     * @example await posthorn.message.expungeContent('shop', 'inv_1-paid')
     */
    expungeContent: (appId: string, msgId: string, options?: CallOptions): Promise<void> =>
      this.#send({ method: 'DELETE', path: `/api/v1/app/${segment(appId)}/msg/${segment(msgId)}/content`, answer: 'none', options }) as Promise<void>,
  }

  readonly messageAttempt = {
    /**
     * List attempts to an endpoint, newest first.
     *
     * @param appId Id or uid of the application.
     * @param endpointId Id or uid of the endpoint.
     * @throws {PosthornError} `not_found`, `validation_error`
     * @example const { data, iterator, done } = await posthorn.messageAttempt.listByEndpoint('shop', 'billing')
     */
    listByEndpoint: (appId: string, endpointId: string, query?: MessageAttemptListByEndpointQuery, options?: CallOptions): Promise<MessageAttemptListByEndpointOut> =>
      this.#send({ method: 'GET', path: `/api/v1/app/${segment(appId)}/attempt/endpoint/${segment(endpointId)}`, query, answer: 'json', options }) as Promise<MessageAttemptListByEndpointOut>,
    /**
     * What `listByEndpoint` answers, item by item: asks for the next page when it is needed.
     *
     * @example
     * for await (const item of posthorn.messageAttempt.listByEndpointAll('shop', 'billing')) console.log(item)
     */
    listByEndpointAll: (appId: string, endpointId: string, query?: MessageAttemptListByEndpointQuery, options?: CallOptions): AsyncGenerator<MessageAttemptListByEndpointOut['data'][number], void, undefined> =>
      everyItem((page) => this.messageAttempt.listByEndpoint(appId, endpointId, page, options), query),
    /**
     * List attempts of a message, newest first.
     *
     * @param appId Id or uid of the application.
     * @param msgId Id or event id of the message.
     * @throws {PosthornError} `not_found`, `validation_error`
     * @example const { data, iterator, done } = await posthorn.messageAttempt.listByMsg('shop', 'inv_1-paid')
     */
    listByMsg: (appId: string, msgId: string, query?: MessageAttemptListByMsgQuery, options?: CallOptions): Promise<MessageAttemptListByMsgOut> =>
      this.#send({ method: 'GET', path: `/api/v1/app/${segment(appId)}/attempt/msg/${segment(msgId)}`, query, answer: 'json', options }) as Promise<MessageAttemptListByMsgOut>,
    /**
     * What `listByMsg` answers, item by item: asks for the next page when it is needed.
     *
     * @example
     * for await (const item of posthorn.messageAttempt.listByMsgAll('shop', 'inv_1-paid')) console.log(item)
     */
    listByMsgAll: (appId: string, msgId: string, query?: MessageAttemptListByMsgQuery, options?: CallOptions): AsyncGenerator<MessageAttemptListByMsgOut['data'][number], void, undefined> =>
      everyItem((page) => this.messageAttempt.listByMsg(appId, msgId, page, options), query),
    /**
     * List the messages of an endpoint with what became of them.
     *
     * @param appId Id or uid of the application.
     * @param endpointId Id or uid of the endpoint.
     * @throws {PosthornError} `not_found`, `validation_error`
     * @example const { data, iterator, done } = await posthorn.messageAttempt.listAttemptedMessages('shop', 'billing')
     */
    listAttemptedMessages: (appId: string, endpointId: string, query?: MessageAttemptListAttemptedMessagesQuery, options?: CallOptions): Promise<MessageAttemptListAttemptedMessagesOut> =>
      this.#send({ method: 'GET', path: `/api/v1/app/${segment(appId)}/endpoint/${segment(endpointId)}/msg`, query, answer: 'json', options }) as Promise<MessageAttemptListAttemptedMessagesOut>,
    /**
     * What `listAttemptedMessages` answers, item by item: asks for the next page when it is needed.
     *
     * @example
     * for await (const item of posthorn.messageAttempt.listAttemptedMessagesAll('shop', 'billing')) console.log(item)
     */
    listAttemptedMessagesAll: (appId: string, endpointId: string, query?: MessageAttemptListAttemptedMessagesQuery, options?: CallOptions): AsyncGenerator<MessageAttemptListAttemptedMessagesOut['data'][number], void, undefined> =>
      everyItem((page) => this.messageAttempt.listAttemptedMessages(appId, endpointId, page, options), query),
    /**
     * Get an attempt.
     *
     * @param appId Id or uid of the application.
     * @param msgId Id or event id of the message.
     * @param attemptId Id of the attempt.
     * @throws {PosthornError} `not_found`, `validation_error`
     * @example const answer = await posthorn.messageAttempt.get('shop', 'inv_1-paid', 'atmpt_...')
     */
    get: (appId: string, msgId: string, attemptId: string, query?: MessageAttemptGetQuery, options?: CallOptions): Promise<MessageAttemptOut> =>
      this.#send({ method: 'GET', path: `/api/v1/app/${segment(appId)}/msg/${segment(msgId)}/attempt/${segment(attemptId)}`, query, answer: 'json', options }) as Promise<MessageAttemptOut>,
    /**
     * Remove the response of an attempt for good.
     *
     * @param appId Id or uid of the application.
     * @param msgId Id or event id of the message.
     * @param attemptId Id of the attempt.
     * @throws {PosthornError} `not_found`
     * @example await posthorn.messageAttempt.expungeContent('shop', 'inv_1-paid', 'atmpt_...')
     */
    expungeContent: (appId: string, msgId: string, attemptId: string, options?: CallOptions): Promise<void> =>
      this.#send({ method: 'DELETE', path: `/api/v1/app/${segment(appId)}/msg/${segment(msgId)}/attempt/${segment(attemptId)}/content`, answer: 'none', options }) as Promise<void>,
    /**
     * List the endpoints of a message with what became of it.
     *
     * @param appId Id or uid of the application.
     * @param msgId Id or event id of the message.
     * @throws {PosthornError} `not_found`, `validation_error`
     * @example const { data, iterator, done } = await posthorn.messageAttempt.listAttemptedDestinations('shop', 'inv_1-paid')
     */
    listAttemptedDestinations: (appId: string, msgId: string, query?: MessageAttemptListAttemptedDestinationsQuery, options?: CallOptions): Promise<MessageAttemptListAttemptedDestinationsOut> =>
      this.#send({ method: 'GET', path: `/api/v1/app/${segment(appId)}/msg/${segment(msgId)}/endpoint`, query, answer: 'json', options }) as Promise<MessageAttemptListAttemptedDestinationsOut>,
    /**
     * What `listAttemptedDestinations` answers, item by item: asks for the next page when it is needed.
     *
     * @example
     * for await (const item of posthorn.messageAttempt.listAttemptedDestinationsAll('shop', 'inv_1-paid')) console.log(item)
     */
    listAttemptedDestinationsAll: (appId: string, msgId: string, query?: MessageAttemptListAttemptedDestinationsQuery, options?: CallOptions): AsyncGenerator<MessageAttemptListAttemptedDestinationsOut['data'][number], void, undefined> =>
      everyItem((page) => this.messageAttempt.listAttemptedDestinations(appId, msgId, page, options), query),
    /**
     * Send a message to an endpoint once more.
     *
     * @param appId Id or uid of the application.
     * @param msgId Id or event id of the message.
     * @param endpointId Id or uid of the endpoint.
     * @throws {PosthornError} `not_found`, `missing_payload`, `endpoint_disabled`
     * @example const answer = await posthorn.messageAttempt.resend('shop', 'inv_1-paid', 'billing')
     */
    resend: (appId: string, msgId: string, endpointId: string, options?: CallOptions): Promise<MessageAttemptResendOut> =>
      this.#send({ method: 'POST', path: `/api/v1/app/${segment(appId)}/msg/${segment(msgId)}/endpoint/${segment(endpointId)}/resend`, answer: 'json', options }) as Promise<MessageAttemptResendOut>,
  }

  readonly delivery = {
    /**
     * Search deliveries, newest first; a page may come back short with "done": false, and its iterator goes on.
     *
     * @param appId Id or uid of the application.
     * @throws {PosthornError} `not_found`, `validation_error`
     * @example const { data, iterator, done } = await posthorn.delivery.list('shop', { status: ['failed'], endpoint_id: 'billing' })
     */
    list: (appId: string, query?: DeliveryListQuery, options?: CallOptions): Promise<DeliveryListOut> =>
      this.#send({ method: 'GET', path: `/api/v1/app/${segment(appId)}/delivery`, query, answer: 'json', options }) as Promise<DeliveryListOut>,
    /**
     * What `list` answers, item by item: asks for the next page when it is needed.
     *
     * @example
     * for await (const item of posthorn.delivery.listAll('shop', { status: ['failed'], endpoint_id: 'billing' })) console.log(item)
     */
    listAll: (appId: string, query?: DeliveryListQuery, options?: CallOptions): AsyncGenerator<DeliveryListOut['data'][number], void, undefined> =>
      everyItem((page) => this.delivery.list(appId, page, options), query),
    /**
     * Search the deliveries of all applications, newest first; pages as of one application.
     *
     * @throws {PosthornError} `validation_error`
     * @example const { data, iterator, done } = await posthorn.delivery.listEverywhere({ text: 'inv_1' })
     */
    listEverywhere: (query?: DeliveryListEverywhereQuery, options?: CallOptions): Promise<DeliveryListEverywhereOut> =>
      this.#send({ method: 'GET', path: '/api/v1/delivery', query, answer: 'json', options }) as Promise<DeliveryListEverywhereOut>,
    /**
     * What `listEverywhere` answers, item by item: asks for the next page when it is needed.
     *
     * @example
     * for await (const item of posthorn.delivery.listEverywhereAll({ text: 'inv_1' })) console.log(item)
     */
    listEverywhereAll: (query?: DeliveryListEverywhereQuery, options?: CallOptions): AsyncGenerator<DeliveryListEverywhereOut['data'][number], void, undefined> =>
      everyItem((page) => this.delivery.listEverywhere(page, options), query),
    /**
     * Get a delivery.
     *
     * @param appId Id or uid of the application.
     * @param deliveryId Id of the delivery.
     * @throws {PosthornError} `not_found`
     * @example const answer = await posthorn.delivery.get('shop', 'dlv_...')
     */
    get: (appId: string, deliveryId: string, options?: CallOptions): Promise<DeliveryOut> =>
      this.#send({ method: 'GET', path: `/api/v1/app/${segment(appId)}/delivery/${segment(deliveryId)}`, answer: 'json', options }) as Promise<DeliveryOut>,
    /**
     * List the attempts of a delivery with request, response and phases.
     *
     * @param appId Id or uid of the application.
     * @param deliveryId Id of the delivery.
     * @throws {PosthornError} `not_found`, `validation_error`
     * @example const { data, iterator, done } = await posthorn.delivery.listAttempts('shop', 'dlv_...')
     */
    listAttempts: (appId: string, deliveryId: string, query?: DeliveryListAttemptsQuery, options?: CallOptions): Promise<DeliveryListAttemptsOut> =>
      this.#send({ method: 'GET', path: `/api/v1/app/${segment(appId)}/delivery/${segment(deliveryId)}/attempt`, query, answer: 'json', options }) as Promise<DeliveryListAttemptsOut>,
    /**
     * What `listAttempts` answers, item by item: asks for the next page when it is needed.
     *
     * @example
     * for await (const item of posthorn.delivery.listAttemptsAll('shop', 'dlv_...')) console.log(item)
     */
    listAttemptsAll: (appId: string, deliveryId: string, query?: DeliveryListAttemptsQuery, options?: CallOptions): AsyncGenerator<DeliveryListAttemptsOut['data'][number], void, undefined> =>
      everyItem((page) => this.delivery.listAttempts(appId, deliveryId, page, options), query),
    /**
     * End a delivery that is still waiting.
     *
     * @param appId Id or uid of the application.
     * @param deliveryId Id of the delivery.
     * @throws {PosthornError} `not_found`, `conflict`
     * @example const answer = await posthorn.delivery.cancel('shop', 'dlv_...')
     */
    cancel: (appId: string, deliveryId: string, options?: CallOptions): Promise<DeliveryOut> =>
      this.#send({ method: 'POST', path: `/api/v1/app/${segment(appId)}/delivery/${segment(deliveryId)}/cancel`, answer: 'json', options }) as Promise<DeliveryOut>,
    /**
     * End those of the named deliveries that are still waiting.
     *
     * @param appId Id or uid of the application.
     * @throws {PosthornError} `not_found`, `validation_error`
     * @example const answer = await posthorn.delivery.cancelMany('shop', { deliveryIds: ['dlv_06f1c8ayk3vq0d8t2m5x9r'] })
     */
    cancelMany: (appId: string, body: DeliveryCancelManyIn, options?: CallOptions): Promise<DeliveryCancelManyOut> =>
      this.#send({ method: 'POST', path: `/api/v1/app/${segment(appId)}/delivery/cancel`, body, answer: 'json', options }) as Promise<DeliveryCancelManyOut>,
    /**
     * Make one more attempt.
     *
     * @param appId Id or uid of the application.
     * @param deliveryId Id of the delivery.
     * @throws {PosthornError} `not_found`, `endpoint_disabled`
     * @example const answer = await posthorn.delivery.resend('shop', 'dlv_...')
     */
    resend: (appId: string, deliveryId: string, options?: CallOptions): Promise<DeliveryOut> =>
      this.#send({ method: 'POST', path: `/api/v1/app/${segment(appId)}/delivery/${segment(deliveryId)}/resend`, answer: 'json', options }) as Promise<DeliveryOut>,
  }

  readonly replay = {
    /**
     * Send once more what matches, or try now what waits, oldest first and in the background; with "dryRun": true only count it.
     *
     * @param appId Id or uid of the application.
     * @throws {PosthornError} `not_found`, `validation_error`, `endpoint_disabled`, `limit_reached`
     * @example const answer = await posthorn.replay.create('shop', { filter: { endpointId: 'billing', after: '2030-01-31T00:00:00Z' }, dryRun: true })
     */
    create: (appId: string, body?: ReplayIn, options?: CallOptions): Promise<ReplayCreateOut | ReplayOut> =>
      this.#send({ method: 'POST', path: `/api/v1/app/${segment(appId)}/replay`, body: body ?? {}, answer: 'json', options }) as Promise<ReplayCreateOut | ReplayOut>,
    /**
     * List replays, newest first.
     *
     * @param appId Id or uid of the application.
     * @throws {PosthornError} `not_found`, `validation_error`
     * @example const { data, iterator, done } = await posthorn.replay.list('shop')
     */
    list: (appId: string, query?: ReplayListQuery, options?: CallOptions): Promise<ReplayListOut> =>
      this.#send({ method: 'GET', path: `/api/v1/app/${segment(appId)}/replay`, query, answer: 'json', options }) as Promise<ReplayListOut>,
    /**
     * What `list` answers, item by item: asks for the next page when it is needed.
     *
     * @example
     * for await (const item of posthorn.replay.listAll('shop')) console.log(item)
     */
    listAll: (appId: string, query?: ReplayListQuery, options?: CallOptions): AsyncGenerator<ReplayListOut['data'][number], void, undefined> =>
      everyItem((page) => this.replay.list(appId, page, options), query),
    /**
     * Get a replay with how far it came.
     *
     * @param appId Id or uid of the application.
     * @param replayId Id of the replay.
     * @throws {PosthornError} `not_found`
     * @example const answer = await posthorn.replay.get('shop', 'rpl_...')
     */
    get: (appId: string, replayId: string, options?: CallOptions): Promise<ReplayOut> =>
      this.#send({ method: 'GET', path: `/api/v1/app/${segment(appId)}/replay/${segment(replayId)}`, answer: 'json', options }) as Promise<ReplayOut>,
    /**
     * End a replay; what it queued already is sent.
     *
     * @param appId Id or uid of the application.
     * @param replayId Id of the replay.
     * @throws {PosthornError} `not_found`, `conflict`
     * @example const answer = await posthorn.replay.cancel('shop', 'rpl_...')
     */
    cancel: (appId: string, replayId: string, options?: CallOptions): Promise<ReplayOut> =>
      this.#send({ method: 'POST', path: `/api/v1/app/${segment(appId)}/replay/${segment(replayId)}/cancel`, answer: 'json', options }) as Promise<ReplayOut>,
  }

  readonly system = {
    /**
     * List the systems that a listener may be made for.
     *
     * @throws {PosthornError} `validation_error`
     * @example const { data, iterator, done } = await posthorn.system.list()
     */
    list: (query?: SystemListQuery, options?: CallOptions): Promise<SystemListOut> =>
      this.#send({ method: 'GET', path: '/api/v1/system', query, answer: 'json', options }) as Promise<SystemListOut>,
    /**
     * What `list` answers, item by item: asks for the next page when it is needed.
     *
     * @example
     * for await (const item of posthorn.system.listAll()) console.log(item)
     */
    listAll: (query?: SystemListQuery, options?: CallOptions): AsyncGenerator<SystemListOut['data'][number], void, undefined> =>
      everyItem((page) => this.system.list(page, options), query),
    /**
     * Get a system.
     *
     * @param systemName Name of the system.
     * @throws {PosthornError} `not_found`
     * @example const answer = await posthorn.system.get('stripe')
     */
    get: (systemName: string, options?: CallOptions): Promise<SystemOut> =>
      this.#send({ method: 'GET', path: `/api/v1/system/${segment(systemName)}`, answer: 'json', options }) as Promise<SystemOut>,
  }

  readonly stepKind = {
    /**
     * List the kinds of steps, with all that a form for one is made from.
     *
     * @throws {PosthornError} `validation_error`
     * @example const { data, iterator, done } = await posthorn.stepKind.list()
     */
    list: (query?: StepKindListQuery, options?: CallOptions): Promise<StepKindListOut> =>
      this.#send({ method: 'GET', path: '/api/v1/step-kind', query, answer: 'json', options }) as Promise<StepKindListOut>,
    /**
     * What `list` answers, item by item: asks for the next page when it is needed.
     *
     * @example
     * for await (const item of posthorn.stepKind.listAll()) console.log(item)
     */
    listAll: (query?: StepKindListQuery, options?: CallOptions): AsyncGenerator<StepKindListOut['data'][number], void, undefined> =>
      everyItem((page) => this.stepKind.list(page, options), query),
    /**
     * Get a kind of step.
     *
     * @param stepKind Name of the kind.
     * @throws {PosthornError} `not_found`
     * @example const answer = await posthorn.stepKind.get('send_webhook')
     */
    get: (stepKind: string, options?: CallOptions): Promise<StepKindOut> =>
      this.#send({ method: 'GET', path: `/api/v1/step-kind/${segment(stepKind)}`, answer: 'json', options }) as Promise<StepKindOut>,
  }

  readonly listener = {
    /**
     * List listeners.
     *
     * @param appId Id or uid of the application.
     * @throws {PosthornError} `not_found`, `validation_error`
     * @example const { data, iterator, done } = await posthorn.listener.list('shop')
     */
    list: (appId: string, query?: ListenerListQuery, options?: CallOptions): Promise<ListenerListOut> =>
      this.#send({ method: 'GET', path: `/api/v1/app/${segment(appId)}/listener`, query, answer: 'json', options }) as Promise<ListenerListOut>,
    /**
     * What `list` answers, item by item: asks for the next page when it is needed.
     *
     * @example
     * for await (const item of posthorn.listener.listAll('shop')) console.log(item)
     */
    listAll: (appId: string, query?: ListenerListQuery, options?: CallOptions): AsyncGenerator<ListenerListOut['data'][number], void, undefined> =>
      everyItem((page) => this.listener.list(appId, page, options), query),
    /**
     * Create a listener: a public URL at which requests arrive.
     *
     * @param appId Id or uid of the application.
     * @throws {PosthornError} `not_found`, `validation_error`, `conflict`
     * @example const answer = await posthorn.listener.create('shop', { name: 'Orders', suffix: '/orders', auth: { kind: 'bearer', tokens: ['...'] } })
     */
    create: (appId: string, body: ListenerIn, options?: CallOptions): Promise<ListenerOut> =>
      this.#send({ method: 'POST', path: `/api/v1/app/${segment(appId)}/listener`, body, answer: 'json', options }) as Promise<ListenerOut>,
    /**
     * Get a listener.
     *
     * @param appId Id or uid of the application.
     * @param listenerId Id or uid of the listener.
     * @throws {PosthornError} `not_found`
     * @example const answer = await posthorn.listener.get('shop', 'orders')
     */
    get: (appId: string, listenerId: string, options?: CallOptions): Promise<ListenerOut> =>
      this.#send({ method: 'GET', path: `/api/v1/app/${segment(appId)}/listener/${segment(listenerId)}`, answer: 'json', options }) as Promise<ListenerOut>,
    /**
     * Replace a listener, or create it under this uid.
     *
     * @param appId Id or uid of the application.
     * @param listenerId Id or uid of the listener.
     * @throws {PosthornError} `not_found`, `validation_error`, `conflict`, `draft_changed`
     * @example const answer = await posthorn.listener.update('shop', 'orders', { name: 'Orders', suffix: '/orders', auth: { kind: 'none' } })
     */
    update: (appId: string, listenerId: string, body: ListenerIn, options?: CallOptions): Promise<ListenerOut> =>
      this.#send({ method: 'PUT', path: `/api/v1/app/${segment(appId)}/listener/${segment(listenerId)}`, body, answer: 'json', options }) as Promise<ListenerOut>,
    /**
     * Change parts of a listener; each field that is given is replaced whole.
     *
     * @param appId Id or uid of the application.
     * @param listenerId Id or uid of the listener.
     * @throws {PosthornError} `not_found`, `validation_error`, `conflict`, `draft_changed`
     * @example const answer = await posthorn.listener.patch('shop', 'orders', { enabled: false })
     */
    patch: (appId: string, listenerId: string, body?: ListenerPatchIn, options?: CallOptions): Promise<ListenerOut> =>
      this.#send({ method: 'PATCH', path: `/api/v1/app/${segment(appId)}/listener/${segment(listenerId)}`, body: body ?? {}, answer: 'json', options }) as Promise<ListenerOut>,
    /**
     * Check whether a request would be taken, one that is pasted or one that is kept, and why not; nothing is kept of it.
     *
     * @param appId Id or uid of the application.
     * @param listenerId Id or uid of the listener.
     * @throws {PosthornError} `not_found`, `validation_error`
     * @example const answer = await posthorn.listener.verify('shop', 'orders')
     */
    verify: (appId: string, listenerId: string, body?: ListenerVerifyIn, options?: CallOptions): Promise<ListenerVerifyOut> =>
      this.#send({ method: 'POST', path: `/api/v1/app/${segment(appId)}/listener/${segment(listenerId)}/verify`, body: body ?? {}, answer: 'json', options }) as Promise<ListenerVerifyOut>,
    /**
     * Take an accepted request, or the next that comes, as the example of what the listener expects: its headers without credentials, its query and its body.
     *
     * @param appId Id or uid of the application.
     * @param listenerId Id or uid of the listener.
     * @throws {PosthornError} `not_found`, `validation_error`, `conflict`, `draft_changed`
     * @example const answer = await posthorn.listener.capture('shop', 'orders', {  })
     */
    capture: (appId: string, listenerId: string, body?: ListenerCaptureIn, options?: CallOptions): Promise<ListenerOut> =>
      this.#send({ method: 'POST', path: `/api/v1/app/${segment(appId)}/listener/${segment(listenerId)}/capture`, body: body ?? {}, answer: 'json', options }) as Promise<ListenerOut>,
    /**
     * Wait no longer for the request that becomes the example; what is expected stays as it is.
     *
     * @param appId Id or uid of the application.
     * @param listenerId Id or uid of the listener.
     * @throws {PosthornError} `not_found`, `draft_changed`
     * @example const answer = await posthorn.listener.cancelCapture('shop', 'orders')
     */
    cancelCapture: (appId: string, listenerId: string, options?: CallOptions): Promise<ListenerOut> =>
      this.#send({ method: 'POST', path: `/api/v1/app/${segment(appId)}/listener/${segment(listenerId)}/capture/cancel`, answer: 'json', options }) as Promise<ListenerOut>,
    /**
     * Delete a listener; its URL answers 404 from then on.
     *
     * @param appId Id or uid of the application.
     * @param listenerId Id or uid of the listener.
     * @throws {PosthornError} `not_found`, `draft_changed`
     * @example await posthorn.listener.delete('shop', 'orders')
     */
    delete: (appId: string, listenerId: string, options?: CallOptions): Promise<void> =>
      this.#send({ method: 'DELETE', path: `/api/v1/app/${segment(appId)}/listener/${segment(listenerId)}`, answer: 'none', options }) as Promise<void>,
  }

  readonly request = {
    /**
     * List the requests of a listener, newest first.
     *
     * @param appId Id or uid of the application.
     * @param listenerId Id or uid of the listener.
     * @throws {PosthornError} `not_found`, `validation_error`
     * @example const { data, iterator, done } = await posthorn.request.list('shop', 'orders', { status: 'rejected' })
     */
    list: (appId: string, listenerId: string, query?: RequestListQuery, options?: CallOptions): Promise<RequestListOut> =>
      this.#send({ method: 'GET', path: `/api/v1/app/${segment(appId)}/listener/${segment(listenerId)}/request`, query, answer: 'json', options }) as Promise<RequestListOut>,
    /**
     * What `list` answers, item by item: asks for the next page when it is needed.
     *
     * @example
     * for await (const item of posthorn.request.listAll('shop', 'orders', { status: 'rejected' })) console.log(item)
     */
    listAll: (appId: string, listenerId: string, query?: RequestListQuery, options?: CallOptions): AsyncGenerator<RequestListOut['data'][number], void, undefined> =>
      everyItem((page) => this.request.list(appId, listenerId, page, options), query),
    /**
     * Search requests over all listeners, newest first; a page may come back short with "done": false, and its iterator goes on.
     *
     * @param appId Id or uid of the application.
     * @throws {PosthornError} `not_found`, `validation_error`
     * @example const { data, iterator, done } = await posthorn.request.search('shop', { text: 'A-1' })
     */
    search: (appId: string, query?: RequestSearchQuery, options?: CallOptions): Promise<RequestSearchOut> =>
      this.#send({ method: 'GET', path: `/api/v1/app/${segment(appId)}/request`, query, answer: 'json', options }) as Promise<RequestSearchOut>,
    /**
     * What `search` answers, item by item: asks for the next page when it is needed.
     *
     * @example
     * for await (const item of posthorn.request.searchAll('shop', { text: 'A-1' })) console.log(item)
     */
    searchAll: (appId: string, query?: RequestSearchQuery, options?: CallOptions): AsyncGenerator<RequestSearchOut['data'][number], void, undefined> =>
      everyItem((page) => this.request.search(appId, page, options), query),
    /**
     * Get a request with its headers, its body and the runs that it started.
     *
     * @param appId Id or uid of the application.
     * @param requestId Id of the request.
     * @throws {PosthornError} `not_found`
     * @example const answer = await posthorn.request.get('shop', 'req_...')
     */
    get: (appId: string, requestId: string, options?: CallOptions): Promise<RequestOut> =>
      this.#send({ method: 'GET', path: `/api/v1/app/${segment(appId)}/request/${segment(requestId)}`, answer: 'json', options }) as Promise<RequestOut>,
    /**
     * Download the body of a request as it came.
     *
     * @param appId Id or uid of the application.
     * @param requestId Id of the request.
     * @throws {PosthornError} `not_found`
     * @example const answer = await posthorn.request.getBody('shop', 'req_...')
     */
    getBody: (appId: string, requestId: string, options?: CallOptions): Promise<Uint8Array> =>
      this.#send({ method: 'GET', path: `/api/v1/app/${segment(appId)}/request/${segment(requestId)}/body`, answer: 'bytes', options }) as Promise<Uint8Array>,
    /**
     * Take a refused request after all, if it verifies by now: it is judged as of when it came, and kept once more as accepted.
     *
     * @param appId Id or uid of the application.
     * @param requestId Id of the request.
     * @throws {PosthornError} `not_found`, `conflict`, `not_verified`, `missing_payload`, `changed_meanwhile`
     * @example const answer = await posthorn.request.accept('shop', 'req_...')
     */
    accept: (appId: string, requestId: string, options?: CallOptions): Promise<RequestAcceptOut> =>
      this.#send({ method: 'POST', path: `/api/v1/app/${segment(appId)}/request/${segment(requestId)}/accept`, answer: 'json', options }) as Promise<RequestAcceptOut>,
    /**
     * Send an edited copy of a request to its listener, signed anew if asked; it is a request of its own, and deduplication is passed by.
     *
     * @param appId Id or uid of the application.
     * @param requestId Id of the request.
     * @throws {PosthornError} `not_found`, `validation_error`, `not_verified`, `missing_payload`, `changed_meanwhile`
     * @example const answer = await posthorn.request.resend('shop', 'req_...')
     */
    resend: (appId: string, requestId: string, body?: RequestResendIn, options?: CallOptions): Promise<RequestAcceptOut> =>
      this.#send({ method: 'POST', path: `/api/v1/app/${segment(appId)}/request/${segment(requestId)}/resend`, body: body ?? {}, answer: 'json', options }) as Promise<RequestAcceptOut>,
    /**
     * Run accepted requests that match again, oldest first and in the background; with "dryRun": true only count them.
     *
     * @param appId Id or uid of the application.
     * @throws {PosthornError} `not_found`, `validation_error`, `nothing_to_run`, `limit_reached`
     * @example const answer = await posthorn.request.replayAll('shop', { filter: { listenerId: 'orders', after: '2030-01-31T00:00:00Z' }, dryRun: true })
     */
    replayAll: (appId: string, body: RequestReplayAllIn, options?: CallOptions): Promise<RequestReplayAllOut | ReplayOut> =>
      this.#send({ method: 'POST', path: `/api/v1/app/${segment(appId)}/request/replay`, body, answer: 'json', options }) as Promise<RequestReplayAllOut | ReplayOut>,
    /**
     * Run the flows of its listener with a request again, as they are published now, or one of them in a version of its own; deduplication is passed by.
     *
     * @param appId Id or uid of the application.
     * @param requestId Id of the request.
     * @throws {PosthornError} `not_found`, `validation_error`, `nothing_to_run`, `missing_payload`
     * @example const answer = await posthorn.request.replay('shop', 'req_...', { flow: 'orders-to-erp' })
     */
    replay: (appId: string, requestId: string, body?: RequestReplayIn, options?: CallOptions): Promise<RequestReplayOut> =>
      this.#send({ method: 'POST', path: `/api/v1/app/${segment(appId)}/request/${segment(requestId)}/replay`, body: body ?? {}, answer: 'json', options }) as Promise<RequestReplayOut>,
  }

  readonly entry = {
    /**
     * List entries, newest first: those of the silo, and files that came with requests.
     *
     * @param appId Id or uid of the application.
     * @throws {PosthornError} `not_found`, `validation_error`
     * @example const { data, iterator, done } = await posthorn.entry.list('shop')
     */
    list: (appId: string, query?: EntryListQuery, options?: CallOptions): Promise<EntryListOut> =>
      this.#send({ method: 'GET', path: `/api/v1/app/${segment(appId)}/entry`, query, answer: 'json', options }) as Promise<EntryListOut>,
    /**
     * What `list` answers, item by item: asks for the next page when it is needed.
     *
     * @example
     * for await (const item of posthorn.entry.listAll('shop')) console.log(item)
     */
    listAll: (appId: string, query?: EntryListQuery, options?: CallOptions): AsyncGenerator<EntryListOut['data'][number], void, undefined> =>
      everyItem((page) => this.entry.list(appId, page, options), query),
    /**
     * Make an entry of the silo: a document, or the content of a file.
     *
     * @param appId Id or uid of the application.
     * @throws {PosthornError} `not_found`, `validation_error`, `conflict`, `payload_too_large`, `silo_full`
     * @example const answer = await posthorn.entry.create('shop', { key: 'order-A-1', tags: ['order'], document: { number: 'A-1' } })
     */
    create: (appId: string, body?: EntryIn, options?: CallOptions): Promise<EntryOut> =>
      this.#send({ method: 'POST', path: `/api/v1/app/${segment(appId)}/entry`, body: body ?? {}, answer: 'json', options }) as Promise<EntryOut>,
    /**
     * Make the next version of an entry of the silo; If-Match says which one it replaces.
     *
     * @param appId Id or uid of the application.
     * @param entryId Id of the entry.
     * @throws {PosthornError} `not_found`, `validation_error`, `precondition_required`, `precondition_failed`, `payload_too_large`, `silo_full`
     * @example const answer = await posthorn.entry.update('shop', 'entry_...', { document: { number: 'A-1', paid: true } }, { version: 3 })
     */
    update: (appId: string, entryId: string, body?: EntryUpdateIn, query?: EntryUpdateQuery, options?: CallOptions): Promise<EntryOut> =>
      this.#send({ method: 'PUT', path: `/api/v1/app/${segment(appId)}/entry/${segment(entryId)}`, query, body: body ?? {}, answer: 'json', options }) as Promise<EntryOut>,
    /**
     * List the versions of an entry that are kept, newest first; 20 at most.
     *
     * @param appId Id or uid of the application.
     * @param entryId Id of the entry.
     * @throws {PosthornError} `not_found`
     * @example const answer = await posthorn.entry.listVersions('shop', 'entry_...')
     */
    listVersions: (appId: string, entryId: string, options?: CallOptions): Promise<EntryListVersionsOut> =>
      this.#send({ method: 'GET', path: `/api/v1/app/${segment(appId)}/entry/${segment(entryId)}/version`, answer: 'json', options }) as Promise<EntryListVersionsOut>,
    /**
     * Get an entry: its size, its hash, and where it came from.
     *
     * @param appId Id or uid of the application.
     * @param entryId Id of the entry.
     * @throws {PosthornError} `not_found`
     * @example const answer = await posthorn.entry.get('shop', 'entry_...')
     */
    get: (appId: string, entryId: string, options?: CallOptions): Promise<EntryOut> =>
      this.#send({ method: 'GET', path: `/api/v1/app/${segment(appId)}/entry/${segment(entryId)}`, answer: 'json', options }) as Promise<EntryOut>,
    /**
     * Download an entry as it came, or the part that Range names.
     *
     * @param appId Id or uid of the application.
     * @param entryId Id of the entry.
     * @throws {PosthornError} `not_found`, `validation_error`, `range_not_satisfiable`
     * @example const answer = await posthorn.entry.getContent('shop', 'entry_...')
     */
    getContent: (appId: string, entryId: string, query?: EntryGetContentQuery, options?: CallOptions): Promise<Uint8Array> =>
      this.#send({ method: 'GET', path: `/api/v1/app/${segment(appId)}/entry/${segment(entryId)}/content`, query, answer: 'bytes', options }) as Promise<Uint8Array>,
    /**
     * Remove an entry with all of its versions; the request that brought a file keeps the rest of its form.
     *
     * @param appId Id or uid of the application.
     * @param entryId Id of the entry.
     * @throws {PosthornError} `not_found`
     * @example await posthorn.entry.delete('shop', 'entry_...')
     */
    delete: (appId: string, entryId: string, options?: CallOptions): Promise<void> =>
      this.#send({ method: 'DELETE', path: `/api/v1/app/${segment(appId)}/entry/${segment(entryId)}`, answer: 'none', options }) as Promise<void>,
  }

  readonly flow = {
    /**
     * List flows, without their steps.
     *
     * @param appId Id or uid of the application.
     * @throws {PosthornError} `not_found`, `validation_error`
     * @example const { data, iterator, done } = await posthorn.flow.list('shop')
     */
    list: (appId: string, query?: FlowListQuery, options?: CallOptions): Promise<FlowListOut> =>
      this.#send({ method: 'GET', path: `/api/v1/app/${segment(appId)}/flow`, query, answer: 'json', options }) as Promise<FlowListOut>,
    /**
     * What `list` answers, item by item: asks for the next page when it is needed.
     *
     * @example
     * for await (const item of posthorn.flow.listAll('shop')) console.log(item)
     */
    listAll: (appId: string, query?: FlowListQuery, options?: CallOptions): AsyncGenerator<FlowListOut['data'][number], void, undefined> =>
      everyItem((page) => this.flow.list(appId, page, options), query),
    /**
     * Create a flow as a draft.
     *
     * @param appId Id or uid of the application.
     * @throws {PosthornError} `not_found`, `validation_error`, `conflict`
     * @example const answer = await posthorn.flow.create('shop', { name: 'Orders to ERP', trigger: { kind: 'webhook', listener: 'orders' }, steps: [{ id: 'done', kind: 'stop' }] })
     */
    create: (appId: string, body: FlowIn, options?: CallOptions): Promise<FlowOut> =>
      this.#send({ method: 'POST', path: `/api/v1/app/${segment(appId)}/flow`, body, answer: 'json', options }) as Promise<FlowOut>,
    /**
     * Get a flow with its draft.
     *
     * @param appId Id or uid of the application.
     * @param flowId Id or uid of the flow.
     * @throws {PosthornError} `not_found`
     * @example const answer = await posthorn.flow.get('shop', 'orders-to-erp')
     */
    get: (appId: string, flowId: string, options?: CallOptions): Promise<FlowOut> =>
      this.#send({ method: 'GET', path: `/api/v1/app/${segment(appId)}/flow/${segment(flowId)}`, answer: 'json', options }) as Promise<FlowOut>,
    /**
     * Replace the draft of a flow, or create it under this uid.
     *
     * @param appId Id or uid of the application.
     * @param flowId Id or uid of the flow.
     * @throws {PosthornError} `not_found`, `validation_error`, `conflict`, `draft_changed`
     * @example const answer = await posthorn.flow.update('shop', 'orders-to-erp', { name: 'Orders to ERP', trigger: { kind: 'job' }, steps: [{ id: 'done', kind: 'stop' }] })
     */
    update: (appId: string, flowId: string, body: FlowIn, options?: CallOptions): Promise<FlowOut> =>
      this.#send({ method: 'PUT', path: `/api/v1/app/${segment(appId)}/flow/${segment(flowId)}`, body, answer: 'json', options }) as Promise<FlowOut>,
    /**
     * Enable or disable a flow, or change parts of its draft.
     *
     * @param appId Id or uid of the application.
     * @param flowId Id or uid of the flow.
     * @throws {PosthornError} `not_found`, `validation_error`, `conflict`, `draft_changed`
     * @example const answer = await posthorn.flow.patch('shop', 'orders-to-erp', { enabled: false })
     */
    patch: (appId: string, flowId: string, body?: FlowPatchIn, options?: CallOptions): Promise<FlowOut> =>
      this.#send({ method: 'PATCH', path: `/api/v1/app/${segment(appId)}/flow/${segment(flowId)}`, body: body ?? {}, answer: 'json', options }) as Promise<FlowOut>,
    /**
     * Delete a flow; runs under way finish unless they are cancelled.
     *
     * @param appId Id or uid of the application.
     * @param flowId Id or uid of the flow.
     * @throws {PosthornError} `not_found`, `validation_error`, `draft_changed`
     * @example await posthorn.flow.delete('shop', 'orders-to-erp', { cancel: true })
     */
    delete: (appId: string, flowId: string, query?: FlowDeleteQuery, options?: CallOptions): Promise<void> =>
      this.#send({ method: 'DELETE', path: `/api/v1/app/${segment(appId)}/flow/${segment(flowId)}`, query, answer: 'none', options }) as Promise<void>,
    /**
     * Make the draft a version, which new runs take from now on; with "version" what that one was, and the draft stays as it is.
     *
     * @param appId Id or uid of the application.
     * @param flowId Id or uid of the flow.
     * @throws {PosthornError} `not_found`, `validation_error`, `listener_answered`, `draft_changed`
     * @example const answer = await posthorn.flow.publish('shop', 'orders-to-erp')
     */
    publish: (appId: string, flowId: string, body?: FlowPublishIn, options?: CallOptions): Promise<FlowPublishOut> =>
      this.#send({ method: 'POST', path: `/api/v1/app/${segment(appId)}/flow/${segment(flowId)}/publish`, body: body ?? {}, answer: 'json', options }) as Promise<FlowPublishOut>,
    /**
     * Compare two versions of a flow, or one with the draft, step by step.
     *
     * @param appId Id or uid of the application.
     * @param flowId Id or uid of the flow.
     * @throws {PosthornError} `not_found`, `validation_error`
     * @example const answer = await posthorn.flow.diff('shop', 'orders-to-erp')
     */
    diff: (appId: string, flowId: string, query?: FlowDiffQuery, options?: CallOptions): Promise<FlowDiffOut> =>
      this.#send({ method: 'GET', path: `/api/v1/app/${segment(appId)}/flow/${segment(flowId)}/diff`, query, answer: 'json', options }) as Promise<FlowDiffOut>,
    /**
     * List the versions of a flow, newest first.
     *
     * @param appId Id or uid of the application.
     * @param flowId Id or uid of the flow.
     * @throws {PosthornError} `not_found`, `validation_error`
     * @example const { data, iterator, done } = await posthorn.flow.listVersions('shop', 'orders-to-erp')
     */
    listVersions: (appId: string, flowId: string, query?: FlowListVersionsQuery, options?: CallOptions): Promise<FlowListVersionsOut> =>
      this.#send({ method: 'GET', path: `/api/v1/app/${segment(appId)}/flow/${segment(flowId)}/version`, query, answer: 'json', options }) as Promise<FlowListVersionsOut>,
    /**
     * What `listVersions` answers, item by item: asks for the next page when it is needed.
     *
     * @example
     * for await (const item of posthorn.flow.listVersionsAll('shop', 'orders-to-erp')) console.log(item)
     */
    listVersionsAll: (appId: string, flowId: string, query?: FlowListVersionsQuery, options?: CallOptions): AsyncGenerator<FlowListVersionsOut['data'][number], void, undefined> =>
      everyItem((page) => this.flow.listVersions(appId, flowId, page, options), query),
    /**
     * Get a version with its definition.
     *
     * @param appId Id or uid of the application.
     * @param flowId Id or uid of the flow.
     * @param version The number of the version, as text.
     * @throws {PosthornError} `not_found`
     * @example const answer = await posthorn.flow.getVersion('shop', 'orders-to-erp', '3')
     */
    getVersion: (appId: string, flowId: string, version: string, options?: CallOptions): Promise<FlowGetVersionOut> =>
      this.#send({ method: 'GET', path: `/api/v1/app/${segment(appId)}/flow/${segment(flowId)}/version/${segment(version)}`, answer: 'json', options }) as Promise<FlowGetVersionOut>,
    /**
     * Make a version the draft again.
     *
     * @param appId Id or uid of the application.
     * @param flowId Id or uid of the flow.
     * @param version The number of the version, as text.
     * @throws {PosthornError} `not_found`, `draft_changed`
     * @example const answer = await posthorn.flow.restoreVersion('shop', 'orders-to-erp', '3')
     */
    restoreVersion: (appId: string, flowId: string, version: string, options?: CallOptions): Promise<FlowOut> =>
      this.#send({ method: 'POST', path: `/api/v1/app/${segment(appId)}/flow/${segment(flowId)}/version/${segment(version)}/restore`, answer: 'json', options }) as Promise<FlowOut>,
    /**
     * Try a flow, saved or not, with simulated data or past requests; nothing is kept, and nothing sent unless asked for.
     *
     * @param appId Id or uid of the application.
     * @param flowId Id or uid of the flow.
     * @throws {PosthornError} `not_found`, `validation_error`
     * @example const answer = await posthorn.flow.test('shop', 'orders-to-erp', { simulated: { method: 'POST', body: { order: 'A-1' } } })
     */
    test: (appId: string, flowId: string, body?: FlowTestIn, options?: CallOptions): Promise<FlowTestOut> =>
      this.#send({ method: 'POST', path: `/api/v1/app/${segment(appId)}/flow/${segment(flowId)}/test`, body: body ?? {}, answer: 'json', options }) as Promise<FlowTestOut>,
  }

  readonly mapping = {
    /**
     * Read one field of a flow (template, condition, expression or code) with past or simulated requests; nothing is sent or kept.
     *
     * @param appId Id or uid of the application.
     * @throws {PosthornError} `not_found`, `validation_error`
     * @example const answer = await posthorn.mapping.test('shop', { template: '{{ body.total | round: 2 }}', requests: [{ document: { total: 1.234 } }] })
     */
    test: (appId: string, body: MappingTestIn, options?: CallOptions): Promise<MappingTestOut> =>
      this.#send({ method: 'POST', path: `/api/v1/app/${segment(appId)}/mapping/test`, body, answer: 'json', options }) as Promise<MappingTestOut>,
  }

  readonly schedule = {
    /**
     * List the next times of a schedule, before a flow has it.
     *
     * @throws {PosthornError} `validation_error`
     * @example const answer = await posthorn.schedule.times({ cron: '0 6 * * 1-5', time_zone: 'Europe/Berlin' })
     */
    times: (query?: ScheduleTimesQuery, options?: CallOptions): Promise<ScheduleTimesOut> =>
      this.#send({ method: 'GET', path: '/api/v1/schedule/times', query, answer: 'json', options }) as Promise<ScheduleTimesOut>,
  }

  readonly template = {
    /**
     * List the templates that flows may be made from.
     *
     * @throws {PosthornError} `validation_error`
     * @example const { data, iterator, done } = await posthorn.template.list()
     */
    list: (query?: TemplateListQuery, options?: CallOptions): Promise<TemplateListOut> =>
      this.#send({ method: 'GET', path: '/api/v1/template', query, answer: 'json', options }) as Promise<TemplateListOut>,
    /**
     * What `list` answers, item by item: asks for the next page when it is needed.
     *
     * @example
     * for await (const item of posthorn.template.listAll()) console.log(item)
     */
    listAll: (query?: TemplateListQuery, options?: CallOptions): AsyncGenerator<TemplateListOut['data'][number], void, undefined> =>
      everyItem((page) => this.template.list(page, options), query),
    /**
     * Get a template.
     *
     * @param templateName Name of the template.
     * @throws {PosthornError} `not_found`
     * @example const answer = await posthorn.template.get('github-push')
     */
    get: (templateName: string, options?: CallOptions): Promise<TemplateOut> =>
      this.#send({ method: 'GET', path: `/api/v1/template/${segment(templateName)}`, answer: 'json', options }) as Promise<TemplateOut>,
    /**
     * Make the listeners, flows and endpoints of a template, all or none.
     *
     * @param appId Id or uid of the application.
     * @param templateName Name of the template.
     * @throws {PosthornError} `not_found`, `validation_error`, `conflict`, `limit_reached`
     * @example const answer = await posthorn.template.apply('shop', 'github-push', { inputs: { deployUrl: 'https://deploy.example.com/hooks' } })
     */
    apply: (appId: string, templateName: string, body?: TemplateApplyIn, options?: CallOptions): Promise<TemplateApplyOut> =>
      this.#send({ method: 'POST', path: `/api/v1/app/${segment(appId)}/template/${segment(templateName)}`, body: body ?? {}, answer: 'json', options }) as Promise<TemplateApplyOut>,
  }

  readonly run = {
    /**
     * List runs, newest first.
     *
     * @param appId Id or uid of the application.
     * @throws {PosthornError} `not_found`, `validation_error`
     * @example const { data, iterator, done } = await posthorn.run.list('shop', { flow: 'orders-to-erp', status: 'ko' })
     */
    list: (appId: string, query?: RunListQuery, options?: CallOptions): Promise<RunListOut> =>
      this.#send({ method: 'GET', path: `/api/v1/app/${segment(appId)}/run`, query, answer: 'json', options }) as Promise<RunListOut>,
    /**
     * What `list` answers, item by item: asks for the next page when it is needed.
     *
     * @example
     * for await (const item of posthorn.run.listAll('shop', { flow: 'orders-to-erp', status: 'ko' })) console.log(item)
     */
    listAll: (appId: string, query?: RunListQuery, options?: CallOptions): AsyncGenerator<RunListOut['data'][number], void, undefined> =>
      everyItem((page) => this.run.list(appId, page, options), query),
    /**
     * Start a job: a run of a flow, and wait for it if asked to.
     *
     * @param appId Id or uid of the application.
     * @throws {PosthornError} `not_found`, `validation_error`, `malformed_request`, `flow_disabled`, `key_taken`
     * @example const answer = await posthorn.run.create('shop', { flow: 'orders-to-erp', key: 'A-1', document: { order: 'A-1' } }, { wait: 10 })
     */
    create: (appId: string, body: RunIn, query?: RunCreateQuery, options?: CallOptions): Promise<RunOut> =>
      this.#send({ method: 'POST', path: `/api/v1/app/${segment(appId)}/run`, query, body, answer: 'json', options }) as Promise<RunOut>,
    /**
     * Get a run with its steps, its faults and its reply.
     *
     * @param appId Id or uid of the application.
     * @param runId Id of the run.
     * @throws {PosthornError} `not_found`
     * @example const answer = await posthorn.run.get('shop', 'run_...')
     */
    get: (appId: string, runId: string, options?: CallOptions): Promise<RunOut> =>
      this.#send({ method: 'GET', path: `/api/v1/app/${segment(appId)}/run/${segment(runId)}`, answer: 'json', options }) as Promise<RunOut>,
    /**
     * Get the records of the steps of a run.
     *
     * @param appId Id or uid of the application.
     * @param runId Id of the run.
     * @throws {PosthornError} `not_found`
     * @example const answer = await posthorn.run.steps('shop', 'run_...')
     */
    steps: (appId: string, runId: string, options?: CallOptions): Promise<RunStepsOut> =>
      this.#send({ method: 'GET', path: `/api/v1/app/${segment(appId)}/run/${segment(runId)}/step`, answer: 'json', options }) as Promise<RunStepsOut>,
    /**
     * Cancel a run and its deliveries that were not made yet.
     *
     * @param appId Id or uid of the application.
     * @param runId Id of the run.
     * @throws {PosthornError} `not_found`, `run_finished`
     * @example const answer = await posthorn.run.cancel('shop', 'run_...')
     */
    cancel: (appId: string, runId: string, options?: CallOptions): Promise<RunOut> =>
      this.#send({ method: 'POST', path: `/api/v1/app/${segment(appId)}/run/${segment(runId)}/cancel`, answer: 'json', options }) as Promise<RunOut>,
    /**
     * Cancel those of the named runs that have not ended, and their deliveries that were not made yet.
     *
     * @param appId Id or uid of the application.
     * @throws {PosthornError} `not_found`, `validation_error`
     * @example const answer = await posthorn.run.cancelMany('shop', { runIds: ['run_06f1c8ayk3vq0d8t2m5x9r'] })
     */
    cancelMany: (appId: string, body: RunCancelManyIn, options?: CallOptions): Promise<RunCancelManyOut> =>
      this.#send({ method: 'POST', path: `/api/v1/app/${segment(appId)}/run/cancel`, body, answer: 'json', options }) as Promise<RunCancelManyOut>,
    /**
     * Run again with what started it, deduplication passed by.
     *
     * @param appId Id or uid of the application.
     * @param runId Id of the run.
     * @throws {PosthornError} `not_found`, `validation_error`, `malformed_request`, `missing_payload`
     * @example const answer = await posthorn.run.again('shop', 'run_...', { newKey: true })
     */
    again: (appId: string, runId: string, body?: RunAgainIn, query?: RunAgainQuery, options?: CallOptions): Promise<RunOut> =>
      this.#send({ method: 'POST', path: `/api/v1/app/${segment(appId)}/run/${segment(runId)}/again`, query, body: body ?? {}, answer: 'json', options }) as Promise<RunOut>,
    /**
     * Run again all that match, or with "dryRun": true only count them.
     *
     * @param appId Id or uid of the application.
     * @throws {PosthornError} `not_found`, `validation_error`
     * @example const answer = await posthorn.run.againMany('shop', { filter: { flow: 'orders-to-erp', status: 'ko' }, dryRun: true })
     */
    againMany: (appId: string, body: RunAgainManyIn, options?: CallOptions): Promise<RunAgainManyOut> =>
      this.#send({ method: 'POST', path: `/api/v1/app/${segment(appId)}/run/again`, body, answer: 'json', options }) as Promise<RunAgainManyOut>,
  }

  readonly secret = {
    /**
     * List secrets, without their values.
     *
     * @param appId Id or uid of the application.
     * @throws {PosthornError} `not_found`, `validation_error`
     * @example const { data, iterator, done } = await posthorn.secret.list('shop')
     */
    list: (appId: string, query?: SecretListQuery, options?: CallOptions): Promise<SecretListOut> =>
      this.#send({ method: 'GET', path: `/api/v1/app/${segment(appId)}/secret`, query, answer: 'json', options }) as Promise<SecretListOut>,
    /**
     * What `list` answers, item by item: asks for the next page when it is needed.
     *
     * @example
     * for await (const item of posthorn.secret.listAll('shop')) console.log(item)
     */
    listAll: (appId: string, query?: SecretListQuery, options?: CallOptions): AsyncGenerator<SecretListOut['data'][number], void, undefined> =>
      everyItem((page) => this.secret.list(appId, page, options), query),
    /**
     * Get a secret, without its value.
     *
     * @param appId Id or uid of the application.
     * @param secretName Name of the secret.
     * @throws {PosthornError} `not_found`
     * @example const answer = await posthorn.secret.get('shop', 'erp')
     */
    get: (appId: string, secretName: string, options?: CallOptions): Promise<SecretOut> =>
      this.#send({ method: 'GET', path: `/api/v1/app/${segment(appId)}/secret/${segment(secretName)}`, answer: 'json', options }) as Promise<SecretOut>,
    /**
     * Create a secret or change its value; it is never shown again.
     *
     * @param appId Id or uid of the application.
     * @param secretName Name of the secret.
     * @throws {PosthornError} `not_found`, `validation_error`
     * @example const answer = await posthorn.secret.put('shop', 'erp', { value: '...' })
     */
    put: (appId: string, secretName: string, body: SecretPutIn, options?: CallOptions): Promise<SecretOut> =>
      this.#send({ method: 'PUT', path: `/api/v1/app/${segment(appId)}/secret/${segment(secretName)}`, body, answer: 'json', options }) as Promise<SecretOut>,
    /**
     * Delete a secret that no listener and no published flow reads.
     *
     * @param appId Id or uid of the application.
     * @param secretName Name of the secret.
     * @throws {PosthornError} `not_found`, `secret_in_use`
     * @example await posthorn.secret.delete('shop', 'erp')
     */
    delete: (appId: string, secretName: string, options?: CallOptions): Promise<void> =>
      this.#send({ method: 'DELETE', path: `/api/v1/app/${segment(appId)}/secret/${segment(secretName)}`, answer: 'none', options }) as Promise<void>,
  }

  readonly connection = {
    /**
     * List the connections that http_request steps may call.
     *
     * @param appId Id or uid of the application.
     * @throws {PosthornError} `not_found`, `validation_error`
     * @example const { data, iterator, done } = await posthorn.connection.list('shop')
     */
    list: (appId: string, query?: ConnectionListQuery, options?: CallOptions): Promise<ConnectionListOut> =>
      this.#send({ method: 'GET', path: `/api/v1/app/${segment(appId)}/connection`, query, answer: 'json', options }) as Promise<ConnectionListOut>,
    /**
     * What `list` answers, item by item: asks for the next page when it is needed.
     *
     * @example
     * for await (const item of posthorn.connection.listAll('shop')) console.log(item)
     */
    listAll: (appId: string, query?: ConnectionListQuery, options?: CallOptions): AsyncGenerator<ConnectionListOut['data'][number], void, undefined> =>
      everyItem((page) => this.connection.list(appId, page, options), query),
    /**
     * Get a connection.
     *
     * @param appId Id or uid of the application.
     * @param connectionName Name of the connection.
     * @throws {PosthornError} `not_found`
     * @example const answer = await posthorn.connection.get('shop', 'erp')
     */
    get: (appId: string, connectionName: string, options?: CallOptions): Promise<ConnectionOut> =>
      this.#send({ method: 'GET', path: `/api/v1/app/${segment(appId)}/connection/${segment(connectionName)}`, answer: 'json', options }) as Promise<ConnectionOut>,
    /**
     * Create or replace a connection; its next call uses it.
     *
     * @param appId Id or uid of the application.
     * @param connectionName Name of the connection.
     * @throws {PosthornError} `not_found`, `validation_error`
     * @example const answer = await posthorn.connection.put('shop', 'erp', { baseUrl: 'https://erp.example.com/api/v2', auth: { kind: 'oauth2', tokenUrl: 'https://login.example.com/token', clientId: 'posthorn', clientSecret: { name: 'erp' } } })
     */
    put: (appId: string, connectionName: string, body: ConnectionPutIn, options?: CallOptions): Promise<ConnectionOut> =>
      this.#send({ method: 'PUT', path: `/api/v1/app/${segment(appId)}/connection/${segment(connectionName)}`, body, answer: 'json', options }) as Promise<ConnectionOut>,
    /**
     * Delete a connection that no published flow calls.
     *
     * @param appId Id or uid of the application.
     * @param connectionName Name of the connection.
     * @throws {PosthornError} `not_found`, `connection_in_use`
     * @example await posthorn.connection.delete('shop', 'erp')
     */
    delete: (appId: string, connectionName: string, options?: CallOptions): Promise<void> =>
      this.#send({ method: 'DELETE', path: `/api/v1/app/${segment(appId)}/connection/${segment(connectionName)}`, answer: 'none', options }) as Promise<void>,
  }

  readonly key = {
    /**
     * List keys, without their texts.
     *
     * @throws {PosthornError} `validation_error`
     * @example const { data, iterator, done } = await posthorn.key.list()
     */
    list: (query?: KeyListQuery, options?: CallOptions): Promise<KeyListOut> =>
      this.#send({ method: 'GET', path: '/api/v1/key', query, answer: 'json', options }) as Promise<KeyListOut>,
    /**
     * What `list` answers, item by item: asks for the next page when it is needed.
     *
     * @example
     * for await (const item of posthorn.key.listAll()) console.log(item)
     */
    listAll: (query?: KeyListQuery, options?: CallOptions): AsyncGenerator<KeyListOut['data'][number], void, undefined> =>
      everyItem((page) => this.key.list(page, options), query),
    /**
     * Create a key; its text is shown once.
     *
     * @throws {PosthornError} `validation_error`
     * @example const answer = await posthorn.key.create({ name: 'Support', application: 'shop', access: 'read' })
     */
    create: (body: KeyIn, options?: CallOptions): Promise<KeyCreateOut> =>
      this.#send({ method: 'POST', path: '/api/v1/key', body, answer: 'json', options }) as Promise<KeyCreateOut>,
    /**
     * Get a key, without its text.
     *
     * @param keyId Id of the key, not its text.
     * @throws {PosthornError} `not_found`
     * @example const answer = await posthorn.key.get('key_...')
     */
    get: (keyId: string, options?: CallOptions): Promise<KeyOut> =>
      this.#send({ method: 'GET', path: `/api/v1/key/${segment(keyId)}`, answer: 'json', options }) as Promise<KeyOut>,
    /**
     * Revoke a key.
     *
     * @param keyId Id of the key, not its text.
     * @throws {PosthornError} `not_found`, `last_key`
     * @example await posthorn.key.revoke('key_...')
     */
    revoke: (keyId: string, options?: CallOptions): Promise<void> =>
      this.#send({ method: 'DELETE', path: `/api/v1/key/${segment(keyId)}`, answer: 'none', options }) as Promise<void>,
  }

  readonly authentication = {
    /**
     * Make a link to the portal of an application, and a key that may do the same.
     *
     * @param appId Id or uid of the application.
     * @throws {PosthornError} `not_found`, `validation_error`
     * @example const answer = await posthorn.authentication.appPortalAccess('shop', { expiry: 3600, readOnly: true })
     */
    appPortalAccess: (appId: string, body?: AuthenticationAppPortalAccessIn, options?: CallOptions): Promise<AuthenticationAppPortalAccessOut> =>
      this.#send({ method: 'POST', path: `/api/v1/auth/app-portal-access/${segment(appId)}`, body: body ?? {}, answer: 'json', options }) as Promise<AuthenticationAppPortalAccessOut>,
    /**
     * End every key of the portal of an application, or those of some sessions.
     *
     * @param appId Id or uid of the application.
     * @throws {PosthornError} `not_found`, `validation_error`
     * @example await posthorn.authentication.expireAll('shop', { sessionIds: ['visit-7'] })
     */
    expireAll: (appId: string, body?: AuthenticationExpireAllIn, options?: CallOptions): Promise<void> =>
      this.#send({ method: 'POST', path: `/api/v1/auth/app/${segment(appId)}/expire-all`, body: body ?? {}, answer: 'none', options }) as Promise<void>,
    /**
     * Revoke the key that calls, if it is one of an application.
     *
     * @example await posthorn.authentication.logout()
     */
    logout: (options?: CallOptions): Promise<void> =>
      this.#send({ method: 'POST', path: '/api/v1/auth/logout', answer: 'none', options }) as Promise<void>,
  }

  readonly member = {
    /**
     * List members.
     *
     * @throws {PosthornError} `validation_error`
     * @example const { data, iterator, done } = await posthorn.member.list()
     */
    list: (query?: MemberListQuery, options?: CallOptions): Promise<MemberListOut> =>
      this.#send({ method: 'GET', path: '/api/v1/member', query, answer: 'json', options }) as Promise<MemberListOut>,
    /**
     * What `list` answers, item by item: asks for the next page when it is needed.
     *
     * @example
     * for await (const item of posthorn.member.listAll()) console.log(item)
     */
    listAll: (query?: MemberListQuery, options?: CallOptions): AsyncGenerator<MemberListOut['data'][number], void, undefined> =>
      everyItem((page) => this.member.list(page, options), query),
    /**
     * Invite a member; the link is shown once.
     *
     * @throws {PosthornError} `validation_error`
     * @example const answer = await posthorn.member.create({ email: 'ines@example.com', role: 'operator' })
     */
    create: (body: MemberIn, options?: CallOptions): Promise<MemberCreateOut> =>
      this.#send({ method: 'POST', path: '/api/v1/member', body, answer: 'json', options }) as Promise<MemberCreateOut>,
    /**
     * Get a member.
     *
     * @param memberId Id of the member.
     * @throws {PosthornError} `not_found`
     * @example const answer = await posthorn.member.get('mem_...')
     */
    get: (memberId: string, options?: CallOptions): Promise<MemberOut> =>
      this.#send({ method: 'GET', path: `/api/v1/member/${segment(memberId)}`, answer: 'json', options }) as Promise<MemberOut>,
    /**
     * Change what a member may do, disable it or enable it.
     *
     * @param memberId Id of the member.
     * @throws {PosthornError} `not_found`, `validation_error`, `last_owner`
     * @example const answer = await posthorn.member.patch('mem_...', { role: 'viewer' })
     */
    patch: (memberId: string, body?: MemberPatchIn, options?: CallOptions): Promise<MemberOut> =>
      this.#send({ method: 'PATCH', path: `/api/v1/member/${segment(memberId)}`, body: body ?? {}, answer: 'json', options }) as Promise<MemberOut>,
    /**
     * Remove a member; its sessions end.
     *
     * @param memberId Id of the member.
     * @throws {PosthornError} `not_found`, `last_owner`
     * @example await posthorn.member.delete('mem_...')
     */
    delete: (memberId: string, options?: CallOptions): Promise<void> =>
      this.#send({ method: 'DELETE', path: `/api/v1/member/${segment(memberId)}`, answer: 'none', options }) as Promise<void>,
    /**
     * Make a link with which a member sets a new password.
     *
     * @param memberId Id of the member.
     * @throws {PosthornError} `not_found`
     * @example const answer = await posthorn.member.reset('mem_...')
     */
    reset: (memberId: string, options?: CallOptions): Promise<MemberResetOut> =>
      this.#send({ method: 'POST', path: `/api/v1/member/${segment(memberId)}/reset`, answer: 'json', options }) as Promise<MemberResetOut>,
  }

  readonly session = {
    /**
     * Sign in; the session is a cookie.
     *
     * @throws {PosthornError} `validation_error`, `sign_in_failed`, `cross_site_refused`
     * @example const answer = await posthorn.session.create({ email: 'ines@example.com', password: '...' })
     */
    create: (body: SessionIn, options?: CallOptions): Promise<MeOut> =>
      this.#send({ method: 'POST', path: '/api/v1/session', body, answer: 'json', options }) as Promise<MeOut>,
    /**
     * Sign out.
     *
     * @example await posthorn.session.delete()
     */
    delete: (options?: CallOptions): Promise<void> =>
      this.#send({ method: 'DELETE', path: '/api/v1/session', answer: 'none', options }) as Promise<void>,
    /**
     * Say what a link is for.
     *
     * @throws {PosthornError} `validation_error`, `link_used_up`
     * @example const answer = await posthorn.session.describeLink({ token: 'phl_...' })
     */
    describeLink: (body: SessionDescribeLinkIn, options?: CallOptions): Promise<SessionDescribeLinkOut> =>
      this.#send({ method: 'POST', path: '/api/v1/session/link/describe', body, answer: 'json', options }) as Promise<SessionDescribeLinkOut>,
    /**
     * Open a link: set the password, and sign in.
     *
     * @throws {PosthornError} `validation_error`, `link_used_up`, `cross_site_refused`
     * @example const answer = await posthorn.session.redeemLink({ token: 'phl_...', name: 'Ines', password: 'four words in a row' })
     */
    redeemLink: (body: SessionRedeemLinkIn, options?: CallOptions): Promise<MeOut> =>
      this.#send({ method: 'POST', path: '/api/v1/session/link', body, answer: 'json', options }) as Promise<MeOut>,
    /**
     * List the providers that members may sign in with.
     *
     * @example const answer = await posthorn.session.listProviders()
     */
    listProviders: (options?: CallOptions): Promise<SessionListProvidersOut> =>
      this.#send({ method: 'GET', path: '/api/v1/session/provider', answer: 'json', options }) as Promise<SessionListProvidersOut>,
    /**
     * Begin a sign-in with a provider: where the browser goes; what it has to bring back is a cookie.
     *
     * @param providerId Id of the provider, as the settings name it.
     * @throws {PosthornError} `not_found`, `provider_unavailable`, `cross_site_refused`
     * @example const answer = await posthorn.session.beginSignIn('acme')
     */
    beginSignIn: (providerId: string, options?: CallOptions): Promise<SessionBeginSignInOut> =>
      this.#send({ method: 'POST', path: `/api/v1/session/provider/${segment(providerId)}`, answer: 'json', options }) as Promise<SessionBeginSignInOut>,
    /**
     * Complete a sign-in with what the provider sent the browser back with.
     *
     * @param providerId Id of the provider, as the settings name it.
     * @throws {PosthornError} `not_found`, `validation_error`, `sign_in_expired`, `sign_in_refused`, `no_member`, `provider_unavailable`, `cross_site_refused`
     * @example const answer = await posthorn.session.completeSignIn('acme', { code: 'SplxlOBeZQQYbYS6WxSbIA', state: 'af0ifjsldkj' })
     */
    completeSignIn: (providerId: string, body: SessionCompleteSignInIn, options?: CallOptions): Promise<MeOut> =>
      this.#send({ method: 'POST', path: `/api/v1/session/provider/${segment(providerId)}/return`, body, answer: 'json', options }) as Promise<MeOut>,
  }

  readonly me = {
    /**
     * Say who calls, and what they may do.
     *
     * @example const answer = await posthorn.me.get()
     */
    get: (options?: CallOptions): Promise<MeOut> =>
      this.#send({ method: 'GET', path: '/api/v1/me', answer: 'json', options }) as Promise<MeOut>,
  }

  readonly audit = {
    /**
     * List changes, newest first.
     *
     * @throws {PosthornError} `validation_error`
     * @example const { data, iterator, done } = await posthorn.audit.list({ action: 'endpoint.updated' })
     */
    list: (query?: AuditListQuery, options?: CallOptions): Promise<AuditListOut> =>
      this.#send({ method: 'GET', path: '/api/v1/audit', query, answer: 'json', options }) as Promise<AuditListOut>,
    /**
     * What `list` answers, item by item: asks for the next page when it is needed.
     *
     * @example
     * for await (const item of posthorn.audit.listAll({ action: 'endpoint.updated' })) console.log(item)
     */
    listAll: (query?: AuditListQuery, options?: CallOptions): AsyncGenerator<AuditListOut['data'][number], void, undefined> =>
      everyItem((page) => this.audit.list(page, options), query),
  }

  readonly install = {
    /**
     * Get which version runs, on which store, with which settings, and how it is.
     *
     * @example const answer = await posthorn.install.get()
     */
    get: (options?: CallOptions): Promise<InstallOut> =>
      this.#send({ method: 'GET', path: '/api/v1/install', answer: 'json', options }) as Promise<InstallOut>,
  }

  readonly health = {
    /**
     * The process answers.
     *
     * @example const answer = await posthorn.health.live()
     */
    live: (options?: CallOptions): Promise<HealthLiveOut> =>
      this.#send({ method: 'GET', path: '/healthz', answer: 'json', options }) as Promise<HealthLiveOut>,
    /**
     * The process answers.
     *
     * @example await posthorn.health.get()
     */
    get: (options?: CallOptions): Promise<void> =>
      this.#send({ method: 'GET', path: '/api/v1/health', answer: 'none', options }) as Promise<void>,
    /**
     * The process answers.
     *
     * @example await posthorn.health.ping()
     */
    ping: (options?: CallOptions): Promise<void> =>
      this.#send({ method: 'GET', path: '/api/v1/health/ping', answer: 'none', options }) as Promise<void>,
    /**
     * The store took a write just now.
     *
     * @throws {PosthornError} `stopping`, `store_unavailable`
     * @example const answer = await posthorn.health.ready()
     */
    ready: (options?: CallOptions): Promise<HealthReadyOut> =>
      this.#send({ method: 'GET', path: '/readyz', answer: 'json', options }) as Promise<HealthReadyOut>,
  }
}
