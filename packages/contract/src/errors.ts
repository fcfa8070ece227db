import { listenerErrors } from './listener/listener-errors.ts'

/** What is said of one error code. */
export interface ErrorEntry {
  readonly status: number
  readonly retry: boolean
  readonly sentence: string
}

/**
 * Every error code that Posthorn answers with: its HTTP status, whether trying the same again can help, and one sentence
 * for a person. `docs/errors.md` is generated from this table; only `api` and `ingest` turn a code into HTTP.
 *
 * @example errors.not_found.status // 404
 */
export const errors = {
  authentication_failed: {
    status: 401,
    retry: false,
    sentence: 'The key is missing, unknown, expired or revoked. Send "Authorization: Bearer <key>".',
  },
  session_ended: { status: 401, retry: false, sentence: 'The session of this browser has ended. Sign in again.' },
  sign_in_failed: { status: 403, retry: false, sentence: 'The e-mail address or the password is wrong.' },
  sign_in_expired: {
    status: 410,
    retry: false,
    sentence: 'This sign-in was begun in another browser, is complete already, or took more than ten minutes. Begin again.',
  },
  sign_in_refused: {
    status: 403,
    retry: false,
    sentence: 'What the provider says of you cannot be taken. Begin again, or tell your owner.',
  },
  no_member: { status: 403, retry: false, sentence: 'Nobody with this address may come in here. Ask an owner to invite you.' },
  provider_unavailable: {
    status: 503,
    retry: true,
    sentence:
      "The provider of this sign-in does not answer as it should; the server's log says how. Try again, or sign in with a password.",
  },
  link_used_up: {
    status: 410,
    retry: false,
    sentence:
      'This link is used up, expired or incomplete. Ask who sent it for another; on the machine, in its folder, "npx posthorn link" makes one.',
  },
  cross_site_refused: {
    status: 403,
    retry: false,
    sentence: 'Another site sent this call with your session. Do it on the pages of this server, or send a key instead.',
  },
  insufficient_access: { status: 403, retry: false, sentence: 'This key may not do that. Use a key with the scope and access it needs.' },
  not_found: { status: 404, retry: false, sentence: 'There is nothing with that id or uid here.' },
  method_not_allowed: { status: 405, retry: false, sentence: 'This address does not take that method; see the Allow header.' },
  conflict: { status: 409, retry: false, sentence: 'Something with that uid or name exists already.' },
  event_type_exists: { status: 409, retry: false, sentence: 'An event type with that name exists already.' },
  idempotency_in_progress: {
    status: 409,
    retry: true,
    sentence: 'A call with this Idempotency-Key is still being answered. Try again in a moment.',
  },
  idempotency_answer_lost: {
    status: 409,
    retry: false,
    sentence:
      'The first call with this Idempotency-Key was carried out, and its answer was lost with its process. Look at what is there; a new key does it once more.',
  },
  changed_meanwhile: { status: 409, retry: true, sentence: 'The object changed while this call was made. Read it again, then retry.' },
  draft_changed: {
    status: 409,
    retry: false,
    sentence: 'Somebody changed it after the version that If-Match names. Read it again, then change that.',
  },
  precondition_failed: {
    status: 412,
    retry: false,
    sentence: 'The version in If-Match is not the present one: somebody was faster. Read it again, then replace that version.',
  },
  precondition_required: {
    status: 428,
    retry: false,
    sentence: 'Say in If-Match which version you replace, as its ETag says it, such as If-Match: "3"; or If-Match: * for whichever it is.',
  },
  payload_too_large: { status: 413, retry: false, sentence: 'The body is larger than this address takes.' },
  unsupported_media_type: { status: 415, retry: false, sentence: 'The content type or encoding is not one that this address takes.' },
  range_not_satisfiable: {
    status: 416,
    retry: false,
    sentence: 'No byte is in the range that was asked for. Leave Range out for all of them.',
  },
  validation_error: { status: 422, retry: false, sentence: 'Some fields are not as they should be; each is named with the reason.' },
  idempotency_mismatch: { status: 422, retry: false, sentence: 'This Idempotency-Key was used with another body. Use a new key.' },
  rate_limited: { status: 429, retry: true, sentence: 'Too many requests. Wait as long as Retry-After says.' },
  malformed_json: { status: 400, retry: false, sentence: 'The body is not well-formed JSON.' },
  malformed_request: { status: 400, retry: false, sentence: 'The request cannot be read.' },
  http_version_unsupported: { status: 505, retry: false, sentence: 'This server speaks HTTP/1.1 and HTTP/1.0.' },
  limit_reached: { status: 400, retry: false, sentence: 'The plan of this application does not allow more.' },
  plan_fixed: {
    status: 409,
    retry: false,
    sentence: 'This plan comes with Posthorn and stays as it is. Make a plan of your own, and give that to applications.',
  },
  plan_in_use: { status: 409, retry: false, sentence: 'Applications have this plan. Give them another one first.' },
  missing_payload: { status: 400, retry: false, sentence: 'The payload of this message is no longer kept, so it cannot be sent again.' },
  secret_already_shown: {
    status: 403,
    retry: false,
    sentence: 'The secret was shown when it was made and cannot be read again. Rotate it to get a new one.',
  },
  listener_answered: { status: 409, retry: false, sentence: 'Another published flow answers the callers of this listener already.' },
  nothing_to_run: { status: 409, retry: false, sentence: 'No published and enabled flow takes these requests.' },
  flow_disabled: { status: 409, retry: false, sentence: 'The flow is disabled. Enable it first.' },
  key_taken: { status: 409, retry: false, sentence: 'A job of this flow has this key already, with other content. Use a new key.' },
  run_finished: { status: 409, retry: false, sentence: 'The run has ended already.' },
  silo_full: {
    status: 507,
    retry: false,
    sentence: 'The silo of this application is full. Delete entries, or give them keepDays, so that they go by themselves.',
  },
  connection_in_use: { status: 409, retry: false, sentence: 'The connection is still called by a published flow. Change that first.' },
  secret_in_use: {
    status: 409,
    retry: false,
    sentence: 'The secret is still read by a listener, a connection or a flow. Change those first.',
  },
  last_key: {
    status: 409,
    retry: false,
    sentence: 'This is the last key of the organisation that may write; without it nobody could make another. Make one first.',
  },
  last_owner: {
    status: 409,
    retry: false,
    sentence: 'This is the last owner who can sign in; without one nobody could invite another. Make another member an owner first.',
  },
  application_reserved: {
    status: 403,
    retry: false,
    sentence:
      "This application is Posthorn's own: it cannot be renamed or deleted, and only Posthorn sends messages to it. Add endpoints to it to hear what Posthorn does.",
  },
  endpoint_disabled: { status: 409, retry: false, sentence: 'The endpoint is disabled. Enable it first.' },
  not_implemented: { status: 501, retry: false, sentence: 'This server does not do that.' },
  overloaded: {
    status: 503,
    retry: true,
    sentence: 'Posthorn takes no more work at this moment. Wait as long as Retry-After says; nothing was stored.',
  },
  stopping: { status: 503, retry: true, sentence: 'This process is stopping. Try again; another or the next one answers.' },
  store_unavailable: {
    status: 503,
    retry: true,
    sentence: 'The store did not answer or did not take the write, so nothing was acknowledged. Try again.',
  },
  store_full: {
    status: 503,
    retry: true,
    sentence: 'The disk of the store is full, so nothing was acknowledged. It goes on when there is room.',
  },
  store_read_only: { status: 503, retry: true, sentence: 'The store takes no writes at present, so nothing was acknowledged. Try again.' },
  store_corrupt: { status: 503, retry: true, sentence: 'The store is damaged where this call reads or writes. Its operator has to look.' },
  store_sync_failed: {
    status: 503,
    retry: true,
    sentence: 'The disk of the store failed to sync, so nothing more is acknowledged until Posthorn is started again.',
  },
  store_lost: {
    status: 503,
    retry: true,
    sentence: 'The files of the store are not where they were, so nothing is acknowledged. Its operator has to look.',
  },
  secret_unreadable: {
    status: 503,
    retry: true,
    sentence: "A secret cannot be opened with this server's master key. Its operator has to look; setting the secret anew also mends it.",
  },
  internal: { status: 500, retry: true, sentence: 'Something went wrong inside. The requestId finds it in the log.' },
  ...listenerErrors,
} as const satisfies Record<string, ErrorEntry>

/** A code of the table `errors`. */
export type ErrorCode = keyof typeof errors
