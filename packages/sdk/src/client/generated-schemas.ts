// Made by `npm run client` from the operations of packages/contract: change those.

/** Every code that a failure answers with; `docs/errors.md` says what each means. */
export type ErrorCode =
  | 'authentication_failed'
  | 'session_ended'
  | 'sign_in_failed'
  | 'sign_in_expired'
  | 'sign_in_refused'
  | 'no_member'
  | 'provider_unavailable'
  | 'link_used_up'
  | 'cross_site_refused'
  | 'insufficient_access'
  | 'not_found'
  | 'method_not_allowed'
  | 'conflict'
  | 'event_type_exists'
  | 'idempotency_in_progress'
  | 'idempotency_answer_lost'
  | 'changed_meanwhile'
  | 'draft_changed'
  | 'precondition_failed'
  | 'precondition_required'
  | 'payload_too_large'
  | 'unsupported_media_type'
  | 'range_not_satisfiable'
  | 'validation_error'
  | 'idempotency_mismatch'
  | 'rate_limited'
  | 'malformed_json'
  | 'malformed_request'
  | 'http_version_unsupported'
  | 'limit_reached'
  | 'plan_fixed'
  | 'plan_in_use'
  | 'missing_payload'
  | 'secret_already_shown'
  | 'listener_answered'
  | 'nothing_to_run'
  | 'flow_disabled'
  | 'key_taken'
  | 'run_finished'
  | 'silo_full'
  | 'connection_in_use'
  | 'secret_in_use'
  | 'last_key'
  | 'last_owner'
  | 'application_reserved'
  | 'endpoint_disabled'
  | 'not_implemented'
  | 'overloaded'
  | 'stopping'
  | 'store_unavailable'
  | 'store_full'
  | 'store_read_only'
  | 'store_corrupt'
  | 'store_sync_failed'
  | 'store_lost'
  | 'secret_unreadable'
  | 'internal'
  | 'listener_not_found'
  | 'url_too_long'
  | 'body_too_slow'
  | 'transfer_encoding_unknown'
  | 'https_required'
  | 'loop_detected'
  | 'origin_not_allowed'
  | 'address_not_allowed'
  | 'api_key_missing'
  | 'api_key_wrong'
  | 'bearer_missing'
  | 'bearer_wrong'
  | 'basic_missing'
  | 'basic_wrong'
  | 'certificate_missing'
  | 'certificate_wrong'
  | 'signature_missing'
  | 'signature_malformed'
  | 'signature_mismatch'
  | 'timestamp_missing'
  | 'timestamp_malformed'
  | 'timestamp_stale'
  | 'token_missing'
  | 'token_wrong'
  | 'token_expired'
  | 'verification_unavailable'
  | 'secret_unusable'
  | 'too_many_events'
  | 'malformed_encoding'
  | 'malformed_xml'
  | 'malformed_multipart'
  | 'file_quota_reached'
  | 'unsupported_charset'
  | 'not_verified'
  | 'structure_mismatch'
  | 'no_flow'
  | 'reply_entry_gone'
  | 'run_cancelled'

/**
 * Codes after which the same call may succeed.
 *
 * @example codesWorthRetrying.has('overloaded') // true
 */
export const codesWorthRetrying: ReadonlySet<string> = new Set(['provider_unavailable', 'idempotency_in_progress', 'changed_meanwhile', 'rate_limited', 'overloaded', 'stopping', 'store_unavailable', 'store_full', 'store_read_only', 'store_corrupt', 'store_sync_failed', 'store_lost', 'secret_unreadable', 'internal', 'body_too_slow', 'verification_unavailable', 'secret_unusable', 'file_quota_reached', 'no_flow'])

/**
 * What the presets of retry policies are: the waits before each retry, how far each may vary, and what follows the last.
 *
 * @example retryPresets.invoice.waitsSeconds // [60, 300, 1800, 7200, 86400]
 */
export const retryPresets = { standard: { waitsSeconds: [5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400], jitter: 0.2, then: null }, invoice: { waitsSeconds: [60, 300, 1800, 7200, 86400], jitter: 0, then: null }, step: { waitsSeconds: [5, 10, 20, 40, 80, 160, 320, 640, 1280], jitter: 0, then: { everySeconds: 1800, untilSeconds: 43200 } } } as const

/** One step of a flow; its `kind` says which. */
export type FlowStep = {
  readonly id: string
  readonly name?: string | undefined
  readonly notes?: string | undefined
  readonly when?: boolean | string | undefined
  readonly next?: readonly ({
    readonly status: 'OK' | 'SKIP' | 'KO' | 'TIMEOUT' | 'any'
    readonly code?: string | undefined
    readonly do: 'continue' | 'end' | 'fail' | {
      readonly steps: readonly FlowStep[]
    }
  })[] | undefined
  readonly kind: 'transform'
  readonly timeoutMs?: number | undefined
  readonly expression: string
} | {
  readonly id: string
  readonly name?: string | undefined
  readonly notes?: string | undefined
  readonly when?: boolean | string | undefined
  readonly next?: readonly ({
    readonly status: 'OK' | 'SKIP' | 'KO' | 'TIMEOUT' | 'any'
    readonly code?: string | undefined
    readonly do: 'continue' | 'end' | 'fail' | {
      readonly steps: readonly FlowStep[]
    }
  })[] | undefined
  readonly kind: 'code'
  readonly timeoutMs?: number | undefined
  readonly source: string
} | {
  readonly id: string
  readonly name?: string | undefined
  readonly notes?: string | undefined
  readonly when?: boolean | string | undefined
  readonly next?: readonly ({
    readonly status: 'OK' | 'SKIP' | 'KO' | 'TIMEOUT' | 'any'
    readonly code?: string | undefined
    readonly do: 'continue' | 'end' | 'fail' | {
      readonly steps: readonly FlowStep[]
    }
  })[] | undefined
  readonly kind: 'validate'
  readonly timeoutMs?: number | undefined
  readonly schema: boolean | Readonly<Record<string, unknown>>
  readonly value?: unknown
} | {
  readonly id: string
  readonly name?: string | undefined
  readonly notes?: string | undefined
  readonly when?: boolean | string | undefined
  readonly next?: readonly ({
    readonly status: 'OK' | 'SKIP' | 'KO' | 'TIMEOUT' | 'any'
    readonly code?: string | undefined
    readonly do: 'continue' | 'end' | 'fail' | {
      readonly steps: readonly FlowStep[]
    }
  })[] | undefined
  readonly kind: 'delay'
  readonly timeoutMs?: number | undefined
  readonly for?: number | string | undefined
  readonly until?: string | undefined
} | {
  readonly id: string
  readonly name?: string | undefined
  readonly notes?: string | undefined
  readonly when?: boolean | string | undefined
  readonly next?: readonly ({
    readonly status: 'OK' | 'SKIP' | 'KO' | 'TIMEOUT' | 'any'
    readonly code?: string | undefined
    readonly do: 'continue' | 'end' | 'fail' | {
      readonly steps: readonly FlowStep[]
    }
  })[] | undefined
  readonly kind: 'branch'
  readonly if: boolean | string
  readonly then?: readonly FlowStep[] | undefined
  readonly else?: readonly FlowStep[] | undefined
} | {
  readonly id: string
  readonly name?: string | undefined
  readonly notes?: string | undefined
  readonly when?: boolean | string | undefined
  readonly next?: readonly ({
    readonly status: 'OK' | 'SKIP' | 'KO' | 'TIMEOUT' | 'any'
    readonly code?: string | undefined
    readonly do: 'continue' | 'end' | 'fail' | {
      readonly steps: readonly FlowStep[]
    }
  })[] | undefined
  readonly kind: 'for_each'
  readonly timeoutMs?: number | undefined
  readonly items: string | readonly unknown[]
  readonly concurrency?: number | undefined
  readonly steps: readonly FlowStep[]
} | {
  readonly id: string
  readonly name?: string | undefined
  readonly notes?: string | undefined
  readonly when?: boolean | string | undefined
  readonly next?: readonly ({
    readonly status: 'OK' | 'SKIP' | 'KO' | 'TIMEOUT' | 'any'
    readonly code?: string | undefined
    readonly do: 'continue' | 'end' | 'fail' | {
      readonly steps: readonly FlowStep[]
    }
  })[] | undefined
  readonly kind: 'filter'
  readonly if: boolean | string
} | {
  readonly id: string
  readonly name?: string | undefined
  readonly notes?: string | undefined
  readonly when?: boolean | string | undefined
  readonly next?: readonly ({
    readonly status: 'OK' | 'SKIP' | 'KO' | 'TIMEOUT' | 'any'
    readonly code?: string | undefined
    readonly do: 'continue' | 'end' | 'fail' | {
      readonly steps: readonly FlowStep[]
    }
  })[] | undefined
  readonly kind: 'set_meta'
  readonly meta: Readonly<Record<string, unknown>>
} | {
  readonly id: string
  readonly name?: string | undefined
  readonly notes?: string | undefined
  readonly when?: boolean | string | undefined
  readonly next?: readonly ({
    readonly status: 'OK' | 'SKIP' | 'KO' | 'TIMEOUT' | 'any'
    readonly code?: string | undefined
    readonly do: 'continue' | 'end' | 'fail' | {
      readonly steps: readonly FlowStep[]
    }
  })[] | undefined
  readonly kind: 'send_webhook'
  readonly url: string
  readonly templatedHost?: boolean | undefined
  readonly event?: string | undefined
  readonly bearerToken?: string | undefined
  readonly headers?: Readonly<Record<string, string>> | undefined
  readonly signing?: {
    readonly profile: 'standard' | 'svix' | 'hex'
    readonly secret: string
  } | undefined
  readonly retryPolicy?: 'standard' | 'invoice' | 'step' | {
    readonly waitsSeconds: readonly number[]
    readonly jitter?: number | undefined
  } | undefined
  readonly success?: '2xx' | readonly number[] | undefined
  readonly timeoutMs?: number | undefined
  readonly totalTimeoutMs?: number | undefined
} | {
  readonly id: string
  readonly name?: string | undefined
  readonly notes?: string | undefined
  readonly when?: boolean | string | undefined
  readonly next?: readonly ({
    readonly status: 'OK' | 'SKIP' | 'KO' | 'TIMEOUT' | 'any'
    readonly code?: string | undefined
    readonly do: 'continue' | 'end' | 'fail' | {
      readonly steps: readonly FlowStep[]
    }
  })[] | undefined
  readonly kind: 'http_request'
  readonly method?: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'OPTIONS' | undefined
  readonly system?: string | undefined
  readonly url: string
  readonly templatedHost?: boolean | undefined
  readonly query?: Readonly<Record<string, unknown>> | undefined
  readonly bearerToken?: string | undefined
  readonly headers?: Readonly<Record<string, string>> | undefined
  readonly body?: unknown
  readonly retryPolicy?: 'standard' | 'invoice' | 'step' | {
    readonly waitsSeconds: readonly number[]
    readonly jitter?: number | undefined
  } | undefined
  readonly success?: '2xx' | readonly number[] | undefined
  readonly timeoutMs?: number | undefined
  readonly totalTimeoutMs?: number | undefined
} | {
  readonly id: string
  readonly name?: string | undefined
  readonly notes?: string | undefined
  readonly when?: boolean | string | undefined
  readonly next?: readonly ({
    readonly status: 'OK' | 'SKIP' | 'KO' | 'TIMEOUT' | 'any'
    readonly code?: string | undefined
    readonly do: 'continue' | 'end' | 'fail' | {
      readonly steps: readonly FlowStep[]
    }
  })[] | undefined
  readonly kind: 'emit_event'
  readonly eventType: string
  readonly payload?: unknown
  readonly eventId?: string | undefined
  readonly channels?: readonly string[] | undefined
} | {
  readonly id: string
  readonly name?: string | undefined
  readonly notes?: string | undefined
  readonly when?: boolean | string | undefined
  readonly next?: readonly ({
    readonly status: 'OK' | 'SKIP' | 'KO' | 'TIMEOUT' | 'any'
    readonly code?: string | undefined
    readonly do: 'continue' | 'end' | 'fail' | {
      readonly steps: readonly FlowStep[]
    }
  })[] | undefined
  readonly kind: 'save_entry'
  readonly timeoutMs?: number | undefined
  readonly key?: string | undefined
  readonly document?: unknown
  readonly tags?: readonly string[] | undefined
  readonly keepDays?: number | undefined
} | {
  readonly id: string
  readonly name?: string | undefined
  readonly notes?: string | undefined
  readonly when?: boolean | string | undefined
  readonly next?: readonly ({
    readonly status: 'OK' | 'SKIP' | 'KO' | 'TIMEOUT' | 'any'
    readonly code?: string | undefined
    readonly do: 'continue' | 'end' | 'fail' | {
      readonly steps: readonly FlowStep[]
    }
  })[] | undefined
  readonly kind: 'load_entry'
  readonly timeoutMs?: number | undefined
  readonly entry: string
} | {
  readonly id: string
  readonly name?: string | undefined
  readonly notes?: string | undefined
  readonly when?: boolean | string | undefined
  readonly next?: readonly ({
    readonly status: 'OK' | 'SKIP' | 'KO' | 'TIMEOUT' | 'any'
    readonly code?: string | undefined
    readonly do: 'continue' | 'end' | 'fail' | {
      readonly steps: readonly FlowStep[]
    }
  })[] | undefined
  readonly kind: 'webhook_response'
  readonly status?: number | undefined
  readonly statusOverride?: string | number | boolean | null | undefined
  readonly headers?: Readonly<Record<string, string | readonly string[]>> | undefined
  readonly body?: unknown
  /** What is made of the body; auto: text of a text, JSON of anything else. Base64: the bytes that the text stands for */
  readonly bodyFormat?: 'auto' | 'json' | 'text' | 'xml' | 'base64' | undefined
  readonly entry?: string | undefined
  readonly redirect?: string | undefined
  readonly templatedHost?: boolean | undefined
} | {
  readonly id: string
  readonly name?: string | undefined
  readonly notes?: string | undefined
  readonly when?: boolean | string | undefined
  readonly next?: readonly ({
    readonly status: 'OK' | 'SKIP' | 'KO' | 'TIMEOUT' | 'any'
    readonly code?: string | undefined
    readonly do: 'continue' | 'end' | 'fail' | {
      readonly steps: readonly FlowStep[]
    }
  })[] | undefined
  readonly kind: 'stop'
} | {
  readonly id: string
  readonly name?: string | undefined
  readonly notes?: string | undefined
  readonly when?: boolean | string | undefined
  readonly next?: readonly ({
    readonly status: 'OK' | 'SKIP' | 'KO' | 'TIMEOUT' | 'any'
    readonly code?: string | undefined
    readonly do: 'continue' | 'end' | 'fail' | {
      readonly steps: readonly FlowStep[]
    }
  })[] | undefined
  readonly kind: 'fail'
  readonly code?: string | undefined
  readonly message?: string | undefined
}

/** The body of `application.create`, `application.update`. */
export interface ApplicationIn {
  readonly name: string
  readonly uid?: string | null | undefined
  readonly metadata?: Readonly<Record<string, string>> | undefined
  readonly throttleRate?: number | null | undefined
  readonly plan?: string | undefined
  readonly defaultSigning?: 'standard' | 'svix' | 'hex' | null | undefined
  readonly defaultRetryPolicy?: 'standard' | 'invoice' | 'step' | {
    readonly waitsSeconds: readonly number[]
    readonly jitter?: number | undefined
  } | null | undefined
}

/** The body of `view.create`. */
export interface ViewIn {
  readonly list: 'requests' | 'runs' | 'messages' | 'deliveries'
  readonly name: string
  /** The filters as they stand in the address of the page, such as `{ "status": "failed", "range": "1h" }` */
  readonly search: Readonly<Record<string, string>>
  readonly shared?: boolean | undefined
}

/** The body of `plan.create`. */
export interface PlanIn {
  readonly name: string
  readonly endpointsMax?: number | null | undefined
  readonly deliveriesPerHour?: number | null | undefined
  readonly retriesMax?: number | null | undefined
  readonly timeoutMsMax?: number | null | undefined
  readonly defaultSigning?: 'standard' | 'svix' | 'hex' | undefined
  readonly defaultRetryPolicy?: 'standard' | 'invoice' | 'step' | {
    readonly waitsSeconds: readonly number[]
    readonly jitter?: number | undefined
  } | undefined
}

/** The body of `eventType.create`. */
export interface EventTypeIn {
  readonly description: string
  readonly archived?: boolean | undefined
  readonly deprecated?: boolean | undefined
  readonly schemas?: Readonly<Record<string, Readonly<Record<string, unknown>>>> | null | undefined
  readonly featureFlag?: string | null | undefined
  readonly featureFlags?: readonly string[] | null | undefined
  readonly groupName?: string | null | undefined
  readonly example?: unknown
  readonly name: string
}

/** The body of `endpoint.create`. */
export interface EndpointIn {
  readonly url: string
  readonly uid?: string | null | undefined
  readonly description?: string | undefined
  readonly eventTypes?: readonly string[] | null | undefined
  readonly channels?: readonly string[] | null | undefined
  readonly filter?: Readonly<Record<string, unknown>> | null | undefined
  readonly transformation?: {
    readonly expression: string
  } | null | undefined
  readonly disabled?: boolean | undefined
  readonly state?: 'active' | 'paused' | 'disabled' | undefined
  readonly metadata?: Readonly<Record<string, string>> | undefined
  readonly throttleRate?: number | null | undefined
  readonly concurrency?: number | null | undefined
  readonly ordered?: boolean | undefined
  readonly onExhausted?: 'continue' | 'pause' | undefined
  readonly signing?: 'standard' | 'svix' | 'hex' | undefined
  readonly retryPolicy?: 'standard' | 'invoice' | 'step' | {
    readonly waitsSeconds: readonly number[]
    readonly jitter?: number | undefined
  } | null | undefined
  readonly timeoutMs?: number | null | undefined
  readonly success?: '2xx' | readonly number[] | null | undefined
  readonly headers?: Readonly<Record<string, string>> | null | undefined
  readonly secret?: string | null | undefined
}

/** The body of `message.create`. */
export interface MessageIn {
  readonly eventType: string
  readonly payload: unknown
  readonly eventId?: string | null | undefined
  readonly channels?: readonly string[] | null | undefined
  readonly tags?: readonly string[] | null | undefined
  readonly payloadRetentionPeriod?: number | null | undefined
  readonly payloadRetentionHours?: number | null | undefined
  readonly application?: ApplicationIn | null | undefined
  readonly deliverAt?: null | undefined
  readonly transformationsParams?: {
    readonly rawPayload?: string | null | undefined
  } | null | undefined
}

/** The body of `replay.create`. */
export interface ReplayIn {
  readonly kind?: 'deliveries' | 'missing' | undefined
  readonly filter?: {
    readonly status?: readonly ('delivered' | 'failed' | 'cancelled' | 'waiting')[] | undefined
    readonly deliveryIds?: readonly string[] | undefined
    readonly endpointId?: string | undefined
    readonly messageId?: string | undefined
    readonly messageIds?: readonly string[] | undefined
    readonly runId?: string | undefined
    readonly eventTypes?: readonly string[] | undefined
    readonly statusCodeClass?: 0 | 100 | 200 | 300 | 400 | 500 | undefined
    readonly failure?: string | undefined
    readonly minDurationMs?: number | undefined
    readonly before?: string | undefined
    readonly after?: string | undefined
    readonly text?: string | undefined
  } | undefined
  readonly ratePerSecond?: number | undefined
  readonly dryRun?: boolean | undefined
}

/** The body of `listener.create`, `listener.update`. */
export interface ListenerIn {
  readonly uid?: string | null | undefined
  readonly name: string
  readonly system?: string | undefined
  readonly suffix: string
  readonly methods?: readonly ('GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'HEAD')[] | undefined
  readonly auth: {
    readonly kind: 'none'
  } | {
    readonly kind: 'api_key'
    readonly in?: 'header' | 'query' | undefined
    readonly name?: string | undefined
    readonly keys: readonly (string | {
      readonly name: string
      readonly last4?: string | undefined
      readonly createdAt?: string | undefined
      readonly lastMatchedAt?: string | null | undefined
    })[]
  } | {
    readonly kind: 'bearer'
    readonly tokens: readonly (string | {
      readonly name: string
      readonly last4?: string | undefined
      readonly createdAt?: string | undefined
      readonly lastMatchedAt?: string | null | undefined
    })[]
  } | {
    readonly kind: 'basic'
    readonly username: string
    readonly password: string | {
      readonly name: string
      readonly last4?: string | undefined
      readonly createdAt?: string | undefined
      readonly lastMatchedAt?: string | null | undefined
    }
  } | {
    readonly kind: 'mtls'
    /** Common or alternative names (DNS, e-mail, URI) of which the client certificate has one; empty: any that the server takes */
    readonly names?: readonly string[] | undefined
  } | {
    readonly kind: 'token'
    readonly field: string
    readonly tokens: readonly (string | {
      readonly name: string
      readonly last4?: string | undefined
      readonly createdAt?: string | undefined
      readonly lastMatchedAt?: string | null | undefined
    })[]
  } | {
    readonly kind: 'hmac'
    readonly header?: string | undefined
    readonly query?: string | undefined
    readonly encoding?: 'hex' | 'base64' | 'base64url' | undefined
    readonly prefix?: string | undefined
    readonly separator?: string | null | undefined
    readonly pair?: string | null | undefined
    readonly timestamp?: {
      readonly header?: string | undefined
      readonly query?: string | undefined
      readonly field?: string | undefined
      readonly pair?: string | undefined
      readonly unit?: 's' | 'ms' | 'iso' | undefined
      readonly toleranceSeconds?: number | undefined
    } | null | undefined
    readonly signedString?: string | undefined
    readonly algorithm?: 'sha1' | 'sha256' | 'sha384' | 'sha512' | undefined
    readonly keyEncoding?: 'utf8' | 'hex' | 'base64' | 'whsec' | undefined
    readonly secrets: readonly (string | {
      readonly name: string
      readonly last4?: string | undefined
      readonly createdAt?: string | undefined
      readonly lastMatchedAt?: string | null | undefined
    })[]
  } | {
    readonly kind: 'hash'
    readonly header?: string | undefined
    readonly query?: string | undefined
    readonly encoding?: 'hex' | 'base64' | 'base64url' | undefined
    readonly prefix?: string | undefined
    readonly separator?: string | null | undefined
    readonly pair?: string | null | undefined
    readonly timestamp?: {
      readonly header?: string | undefined
      readonly query?: string | undefined
      readonly field?: string | undefined
      readonly pair?: string | undefined
      readonly unit?: 's' | 'ms' | 'iso' | undefined
      readonly toleranceSeconds?: number | undefined
    } | null | undefined
    readonly signedString?: string | undefined
    readonly algorithm?: 'sha1' | 'sha256' | 'sha384' | 'sha512' | undefined
    readonly secrets: readonly (string | {
      readonly name: string
      readonly last4?: string | undefined
      readonly createdAt?: string | undefined
      readonly lastMatchedAt?: string | null | undefined
    })[]
  } | {
    readonly kind: 'ed25519'
    readonly header?: string | undefined
    readonly query?: string | undefined
    readonly encoding?: 'hex' | 'base64' | 'base64url' | undefined
    readonly prefix?: string | undefined
    readonly separator?: string | null | undefined
    readonly pair?: string | null | undefined
    readonly timestamp?: {
      readonly header?: string | undefined
      readonly query?: string | undefined
      readonly field?: string | undefined
      readonly pair?: string | undefined
      readonly unit?: 's' | 'ms' | 'iso' | undefined
      readonly toleranceSeconds?: number | undefined
    } | null | undefined
    readonly signedString?: string | undefined
    readonly keyEncoding?: 'hex' | 'base64' | 'pem' | undefined
    readonly keys: readonly (string | {
      readonly name: string
      readonly last4?: string | undefined
      readonly createdAt?: string | undefined
      readonly lastMatchedAt?: string | null | undefined
    })[]
  } | {
    readonly kind: 'ecdsa'
    readonly header?: string | undefined
    readonly query?: string | undefined
    readonly encoding?: 'hex' | 'base64' | 'base64url' | undefined
    readonly prefix?: string | undefined
    readonly separator?: string | null | undefined
    readonly pair?: string | null | undefined
    readonly timestamp?: {
      readonly header?: string | undefined
      readonly query?: string | undefined
      readonly field?: string | undefined
      readonly pair?: string | undefined
      readonly unit?: 's' | 'ms' | 'iso' | undefined
      readonly toleranceSeconds?: number | undefined
    } | null | undefined
    readonly signedString?: string | undefined
    readonly keyEncoding?: 'hex' | 'base64' | 'pem' | undefined
    readonly keys: readonly (string | {
      readonly name: string
      readonly last4?: string | undefined
      readonly createdAt?: string | undefined
      readonly lastMatchedAt?: string | null | undefined
    })[]
    readonly algorithm?: 'sha1' | 'sha256' | 'sha384' | 'sha512' | undefined
    readonly format?: 'der' | 'p1363' | undefined
  } | {
    readonly kind: 'rsa'
    readonly header?: string | undefined
    readonly query?: string | undefined
    readonly encoding?: 'hex' | 'base64' | 'base64url' | undefined
    readonly prefix?: string | undefined
    readonly separator?: string | null | undefined
    readonly pair?: string | null | undefined
    readonly timestamp?: {
      readonly header?: string | undefined
      readonly query?: string | undefined
      readonly field?: string | undefined
      readonly pair?: string | undefined
      readonly unit?: 's' | 'ms' | 'iso' | undefined
      readonly toleranceSeconds?: number | undefined
    } | null | undefined
    readonly signedString?: string | undefined
    readonly keyEncoding?: 'hex' | 'base64' | 'pem' | undefined
    readonly keys: readonly (string | {
      readonly name: string
      readonly last4?: string | undefined
      readonly createdAt?: string | undefined
      readonly lastMatchedAt?: string | null | undefined
    })[]
    readonly algorithm?: 'sha1' | 'sha256' | 'sha384' | 'sha512' | undefined
  } | {
    readonly kind: 'jwt'
    readonly header?: string | undefined
    readonly secrets?: readonly (string | {
      readonly name: string
      readonly last4?: string | undefined
      readonly createdAt?: string | undefined
      readonly lastMatchedAt?: string | null | undefined
    })[] | undefined
    readonly keySetUrl?: string | undefined
    readonly algorithms?: readonly ('HS256' | 'HS384' | 'HS512' | 'RS256' | 'RS384' | 'RS512' | 'PS256' | 'ES256' | 'ES384' | 'EdDSA')[] | undefined
    readonly issuer?: string | undefined
    readonly audience?: string | undefined
    readonly bodyHash?: {
      readonly claim: string
      readonly algorithm?: 'sha256' | 'sha384' | 'sha512' | undefined
      readonly encoding?: 'hex' | 'base64' | 'base64url' | undefined
    } | null | undefined
  } | {
    readonly kind: 'preset'
    readonly secrets?: readonly (string | {
      readonly name: string
      readonly last4?: string | undefined
      readonly createdAt?: string | undefined
      readonly lastMatchedAt?: string | null | undefined
    })[] | undefined
    readonly verifyToken?: string | {
      readonly name: string
      readonly last4?: string | undefined
      readonly createdAt?: string | undefined
      readonly lastMatchedAt?: string | null | undefined
    } | undefined
    readonly settings?: Readonly<Record<string, string>> | undefined
  }
  readonly enabled?: boolean | undefined
  readonly allowedOrigins?: readonly string[] | undefined
  readonly allowedIps?: readonly string[] | undefined
  readonly rateLimit?: {
    readonly requests: number
    readonly seconds: number
  } | null | undefined
  readonly requireHttps?: boolean | undefined
  readonly bodyBytesMax?: number | null | undefined
  /** How large a multipart form may be with its files, in bytes; null: the server's own limit */
  readonly uploadBytesMax?: number | null | undefined
  /** What a body is read as; auto: as its Content-Type says. Text is read as nothing else */
  readonly bodyFormat?: 'auto' | 'json' | 'xml' | 'text' | undefined
  readonly onMalformed?: 'reject' | 'raw' | undefined
  /** Which bytes a signature covers where the body has a Content-Encoding: as sent, or decoded; null: as the system does, else as sent */
  readonly signatureCovers?: 'sent' | 'decoded' | null | undefined
  readonly expected?: {
    readonly headers?: readonly ({
      readonly name: string
      readonly value?: string | undefined
      readonly required?: boolean | undefined
      readonly locked?: boolean | undefined
    })[] | undefined
    readonly query?: readonly ({
      readonly name: string
      readonly value?: string | undefined
      readonly required?: boolean | undefined
      readonly locked?: boolean | undefined
    })[] | undefined
    readonly body?: unknown
    readonly strict?: boolean | undefined
  } | undefined
  readonly dedup?: {
    /** Where the id of the event stands; absent: the system's own. Copies are known by text that is not blank and by numbers: null, true, false, objects and lists are taken for no id */
    readonly key?: string | undefined
    readonly windowHours?: number | undefined
  } | null | undefined
  readonly eventType?: string | null | undefined
  /** Makes one run of each event, where a request brings a list of them: up to 1,000, each with its own deduplication key (`dedup.key` may begin with `item`), all kept in one commit. The sender is answered at once. A request without such a list is one event. Null: a request is one event */
  readonly split?: {
    /** Where the list of events stands: `body`, `body.events`, or in each item of another list `body.entry[].changes`; absent: where the system's stands */
    readonly items?: string | undefined
  } | null | undefined
  readonly reply?: {
    readonly status?: number | undefined
    readonly headers?: Readonly<Record<string, string | readonly string[]>> | undefined
    readonly body?: unknown
    readonly mode?: 'auto' | 'at_once' | 'flow' | undefined
    readonly timeoutMs?: number | undefined
    readonly onTimeout?: number | undefined
    readonly error?: {
      readonly status?: number | undefined
      readonly headers?: Readonly<Record<string, string | readonly string[]>> | undefined
      readonly body?: unknown
    } | null | undefined
  } | undefined
}

/** The body of `entry.create`. */
export interface EntryIn {
  /** Of one entry only; flows save and load by it */
  readonly key?: string | undefined
  /** Under which it is downloaded */
  readonly name?: string | undefined
  readonly tags?: readonly string[] | undefined
  /** Counted from its last version; absent: until it is deleted */
  readonly keepDays?: number | undefined
  /** Any JSON */
  readonly document?: unknown
  /** The bytes of a file, in place of `document` */
  readonly content?: string | undefined
  /** Of `content` */
  readonly contentType?: string | undefined
}

/** The body of `flow.create`, `flow.update`. */
export interface FlowIn {
  readonly name: string
  readonly notes?: string | undefined
  readonly trigger: {
    readonly kind: 'webhook'
    readonly listener: string
  } | {
    readonly kind: 'job'
  } | {
    readonly kind: 'event'
    readonly eventTypes: readonly string[]
  } | {
    readonly kind: 'schedule'
    /** Minute, hour, day of the month, month, day of the week */
    readonly cron: string
    /** Such as Europe/Berlin; UTC if it is left out */
    readonly timeZone?: string | undefined
    /** What becomes of times that passed while no process ran: one run for all of them (`once`, unless said otherwise), or none */
    readonly missed?: 'once' | 'none' | undefined
  }
  readonly timeoutMs?: number | undefined
  /** So many runs at a time; the others wait in the order in which they came. Absent: as many as come */
  readonly concurrency?: number | undefined
  readonly steps: readonly FlowStep[]
  readonly rescue?: readonly FlowStep[] | undefined
  readonly uid?: string | null | undefined
  readonly enabled?: boolean | undefined
}

/** The body of `run.create`. */
export interface RunIn {
  readonly flow: string
  /** The same key and content answers with the same job; other content with 409 */
  readonly key?: string | undefined
  /** What the flow works on: `body` in the mapping */
  readonly document?: unknown
  /** What the flow works on, in place of `document`: an entry, by its id or key */
  readonly entry?: string | undefined
  readonly meta?: Readonly<Record<string, unknown>> | undefined
  /** Labels to find it by */
  readonly tags?: readonly string[] | undefined
}

/** The body of `key.create`. */
export interface KeyIn {
  readonly name: string
  readonly application?: string | null | undefined
  readonly access?: 'read' | 'write' | undefined
  readonly featureFlags?: readonly string[] | undefined
  readonly expiresAt?: string | null | undefined
}

/** The body of `member.create`. */
export interface MemberIn {
  readonly email: string
  readonly name?: string | undefined
  readonly role: 'owner' | 'operator' | 'viewer'
  /** Ids or uids of the applications that the member may enter. Null: all, as owners do */
  readonly applications?: readonly string[] | null | undefined
}

/** The body of `session.create`. */
export interface SessionIn {
  readonly email: string
  readonly password: string
}

/** The body of `plan.update`. */
export interface PlanUpdateIn {
  readonly endpointsMax?: number | null | undefined
  readonly deliveriesPerHour?: number | null | undefined
  readonly retriesMax?: number | null | undefined
  readonly timeoutMsMax?: number | null | undefined
  readonly defaultSigning?: 'standard' | 'svix' | 'hex' | undefined
  readonly defaultRetryPolicy?: 'standard' | 'invoice' | 'step' | {
    readonly waitsSeconds: readonly number[]
    readonly jitter?: number | undefined
  } | undefined
}

/** The body of `eventType.update`. */
export interface EventTypeUpdateIn {
  readonly description: string
  readonly archived?: boolean | undefined
  readonly deprecated?: boolean | undefined
  readonly schemas?: Readonly<Record<string, Readonly<Record<string, unknown>>>> | null | undefined
  readonly featureFlag?: string | null | undefined
  readonly featureFlags?: readonly string[] | null | undefined
  readonly groupName?: string | null | undefined
  readonly example?: unknown
}

/** The body of `endpoint.update`. */
export interface EndpointUpdateIn {
  readonly url: string
  readonly uid?: string | null | undefined
  readonly description?: string | undefined
  readonly eventTypes?: readonly string[] | null | undefined
  readonly channels?: readonly string[] | null | undefined
  readonly filter?: Readonly<Record<string, unknown>> | null | undefined
  readonly transformation?: {
    readonly expression: string
  } | null | undefined
  readonly disabled?: boolean | undefined
  readonly state?: 'active' | 'paused' | 'disabled' | undefined
  readonly metadata?: Readonly<Record<string, string>> | undefined
  readonly throttleRate?: number | null | undefined
  readonly concurrency?: number | null | undefined
  readonly ordered?: boolean | undefined
  readonly onExhausted?: 'continue' | 'pause' | undefined
  readonly signing?: 'standard' | 'svix' | 'hex' | undefined
  readonly retryPolicy?: 'standard' | 'invoice' | 'step' | {
    readonly waitsSeconds: readonly number[]
    readonly jitter?: number | undefined
  } | null | undefined
  readonly timeoutMs?: number | null | undefined
  readonly success?: '2xx' | readonly number[] | null | undefined
  readonly headers?: Readonly<Record<string, string>> | null | undefined
}

/** The body of `entry.update`. */
export interface EntryUpdateIn {
  /** Under which it is downloaded */
  readonly name?: string | undefined
  readonly tags?: readonly string[] | undefined
  /** Counted from its last version; absent: until it is deleted */
  readonly keepDays?: number | undefined
  /** Any JSON */
  readonly document?: unknown
  /** The bytes of a file, in place of `document` */
  readonly content?: string | undefined
  /** Of `content` */
  readonly contentType?: string | undefined
}

/** The body of `application.patch`. */
export interface ApplicationPatchIn {
  readonly name?: string | undefined
  readonly uid?: string | null | undefined
  readonly metadata?: Readonly<Record<string, string>> | undefined
  readonly throttleRate?: number | null | undefined
  readonly plan?: string | undefined
  readonly defaultSigning?: 'standard' | 'svix' | 'hex' | null | undefined
  readonly defaultRetryPolicy?: 'standard' | 'invoice' | 'step' | {
    readonly waitsSeconds: readonly number[]
    readonly jitter?: number | undefined
  } | null | undefined
}

/** The body of `view.patch`. */
export interface ViewPatchIn {
  readonly name?: string | undefined
  /** The filters as they stand in the address of the page, such as `{ "status": "failed", "range": "1h" }` */
  readonly search?: Readonly<Record<string, string>> | undefined
  readonly shared?: boolean | undefined
}

/** The body of `plan.patch`. */
export interface PlanPatchIn {
  readonly endpointsMax?: number | null | undefined
  readonly deliveriesPerHour?: number | null | undefined
  readonly retriesMax?: number | null | undefined
  readonly timeoutMsMax?: number | null | undefined
  readonly defaultSigning?: 'standard' | 'svix' | 'hex' | undefined
  readonly defaultRetryPolicy?: 'standard' | 'invoice' | 'step' | {
    readonly waitsSeconds: readonly number[]
    readonly jitter?: number | undefined
  } | undefined
}

/** The body of `eventType.patch`. */
export interface EventTypePatchIn {
  readonly description?: string | undefined
  readonly archived?: boolean | undefined
  readonly deprecated?: boolean | undefined
  readonly schemas?: Readonly<Record<string, Readonly<Record<string, unknown>>>> | null | undefined
  readonly featureFlag?: string | null | undefined
  readonly featureFlags?: readonly string[] | null | undefined
  readonly groupName?: string | null | undefined
  readonly example?: unknown
}

/** The body of `endpoint.patch`. */
export interface EndpointPatchIn {
  readonly url?: string | undefined
  readonly uid?: string | null | undefined
  readonly description?: string | undefined
  readonly eventTypes?: readonly string[] | null | undefined
  readonly channels?: readonly string[] | null | undefined
  readonly filter?: Readonly<Record<string, unknown>> | null | undefined
  readonly transformation?: {
    readonly expression: string
  } | null | undefined
  readonly disabled?: boolean | undefined
  readonly state?: 'active' | 'paused' | 'disabled' | undefined
  readonly metadata?: Readonly<Record<string, string>> | undefined
  readonly throttleRate?: number | null | undefined
  readonly concurrency?: number | null | undefined
  readonly ordered?: boolean | undefined
  readonly onExhausted?: 'continue' | 'pause' | undefined
  readonly signing?: 'standard' | 'svix' | 'hex' | undefined
  readonly retryPolicy?: 'standard' | 'invoice' | 'step' | {
    readonly waitsSeconds: readonly number[]
    readonly jitter?: number | undefined
  } | null | undefined
  readonly timeoutMs?: number | null | undefined
  readonly success?: '2xx' | readonly number[] | null | undefined
  readonly headers?: Readonly<Record<string, string>> | null | undefined
  readonly secret?: null | undefined
}

/** The body of `listener.patch`. */
export interface ListenerPatchIn {
  readonly uid?: string | null | undefined
  readonly name?: string | undefined
  readonly system?: string | undefined
  readonly suffix?: string | undefined
  readonly methods?: readonly ('GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'HEAD')[] | undefined
  readonly auth?: {
    readonly kind: 'none'
  } | {
    readonly kind: 'api_key'
    readonly in?: 'header' | 'query' | undefined
    readonly name?: string | undefined
    readonly keys: readonly (string | {
      readonly name: string
      readonly last4?: string | undefined
      readonly createdAt?: string | undefined
      readonly lastMatchedAt?: string | null | undefined
    })[]
  } | {
    readonly kind: 'bearer'
    readonly tokens: readonly (string | {
      readonly name: string
      readonly last4?: string | undefined
      readonly createdAt?: string | undefined
      readonly lastMatchedAt?: string | null | undefined
    })[]
  } | {
    readonly kind: 'basic'
    readonly username: string
    readonly password: string | {
      readonly name: string
      readonly last4?: string | undefined
      readonly createdAt?: string | undefined
      readonly lastMatchedAt?: string | null | undefined
    }
  } | {
    readonly kind: 'mtls'
    /** Common or alternative names (DNS, e-mail, URI) of which the client certificate has one; empty: any that the server takes */
    readonly names?: readonly string[] | undefined
  } | {
    readonly kind: 'token'
    readonly field: string
    readonly tokens: readonly (string | {
      readonly name: string
      readonly last4?: string | undefined
      readonly createdAt?: string | undefined
      readonly lastMatchedAt?: string | null | undefined
    })[]
  } | {
    readonly kind: 'hmac'
    readonly header?: string | undefined
    readonly query?: string | undefined
    readonly encoding?: 'hex' | 'base64' | 'base64url' | undefined
    readonly prefix?: string | undefined
    readonly separator?: string | null | undefined
    readonly pair?: string | null | undefined
    readonly timestamp?: {
      readonly header?: string | undefined
      readonly query?: string | undefined
      readonly field?: string | undefined
      readonly pair?: string | undefined
      readonly unit?: 's' | 'ms' | 'iso' | undefined
      readonly toleranceSeconds?: number | undefined
    } | null | undefined
    readonly signedString?: string | undefined
    readonly algorithm?: 'sha1' | 'sha256' | 'sha384' | 'sha512' | undefined
    readonly keyEncoding?: 'utf8' | 'hex' | 'base64' | 'whsec' | undefined
    readonly secrets: readonly (string | {
      readonly name: string
      readonly last4?: string | undefined
      readonly createdAt?: string | undefined
      readonly lastMatchedAt?: string | null | undefined
    })[]
  } | {
    readonly kind: 'hash'
    readonly header?: string | undefined
    readonly query?: string | undefined
    readonly encoding?: 'hex' | 'base64' | 'base64url' | undefined
    readonly prefix?: string | undefined
    readonly separator?: string | null | undefined
    readonly pair?: string | null | undefined
    readonly timestamp?: {
      readonly header?: string | undefined
      readonly query?: string | undefined
      readonly field?: string | undefined
      readonly pair?: string | undefined
      readonly unit?: 's' | 'ms' | 'iso' | undefined
      readonly toleranceSeconds?: number | undefined
    } | null | undefined
    readonly signedString?: string | undefined
    readonly algorithm?: 'sha1' | 'sha256' | 'sha384' | 'sha512' | undefined
    readonly secrets: readonly (string | {
      readonly name: string
      readonly last4?: string | undefined
      readonly createdAt?: string | undefined
      readonly lastMatchedAt?: string | null | undefined
    })[]
  } | {
    readonly kind: 'ed25519'
    readonly header?: string | undefined
    readonly query?: string | undefined
    readonly encoding?: 'hex' | 'base64' | 'base64url' | undefined
    readonly prefix?: string | undefined
    readonly separator?: string | null | undefined
    readonly pair?: string | null | undefined
    readonly timestamp?: {
      readonly header?: string | undefined
      readonly query?: string | undefined
      readonly field?: string | undefined
      readonly pair?: string | undefined
      readonly unit?: 's' | 'ms' | 'iso' | undefined
      readonly toleranceSeconds?: number | undefined
    } | null | undefined
    readonly signedString?: string | undefined
    readonly keyEncoding?: 'hex' | 'base64' | 'pem' | undefined
    readonly keys: readonly (string | {
      readonly name: string
      readonly last4?: string | undefined
      readonly createdAt?: string | undefined
      readonly lastMatchedAt?: string | null | undefined
    })[]
  } | {
    readonly kind: 'ecdsa'
    readonly header?: string | undefined
    readonly query?: string | undefined
    readonly encoding?: 'hex' | 'base64' | 'base64url' | undefined
    readonly prefix?: string | undefined
    readonly separator?: string | null | undefined
    readonly pair?: string | null | undefined
    readonly timestamp?: {
      readonly header?: string | undefined
      readonly query?: string | undefined
      readonly field?: string | undefined
      readonly pair?: string | undefined
      readonly unit?: 's' | 'ms' | 'iso' | undefined
      readonly toleranceSeconds?: number | undefined
    } | null | undefined
    readonly signedString?: string | undefined
    readonly keyEncoding?: 'hex' | 'base64' | 'pem' | undefined
    readonly keys: readonly (string | {
      readonly name: string
      readonly last4?: string | undefined
      readonly createdAt?: string | undefined
      readonly lastMatchedAt?: string | null | undefined
    })[]
    readonly algorithm?: 'sha1' | 'sha256' | 'sha384' | 'sha512' | undefined
    readonly format?: 'der' | 'p1363' | undefined
  } | {
    readonly kind: 'rsa'
    readonly header?: string | undefined
    readonly query?: string | undefined
    readonly encoding?: 'hex' | 'base64' | 'base64url' | undefined
    readonly prefix?: string | undefined
    readonly separator?: string | null | undefined
    readonly pair?: string | null | undefined
    readonly timestamp?: {
      readonly header?: string | undefined
      readonly query?: string | undefined
      readonly field?: string | undefined
      readonly pair?: string | undefined
      readonly unit?: 's' | 'ms' | 'iso' | undefined
      readonly toleranceSeconds?: number | undefined
    } | null | undefined
    readonly signedString?: string | undefined
    readonly keyEncoding?: 'hex' | 'base64' | 'pem' | undefined
    readonly keys: readonly (string | {
      readonly name: string
      readonly last4?: string | undefined
      readonly createdAt?: string | undefined
      readonly lastMatchedAt?: string | null | undefined
    })[]
    readonly algorithm?: 'sha1' | 'sha256' | 'sha384' | 'sha512' | undefined
  } | {
    readonly kind: 'jwt'
    readonly header?: string | undefined
    readonly secrets?: readonly (string | {
      readonly name: string
      readonly last4?: string | undefined
      readonly createdAt?: string | undefined
      readonly lastMatchedAt?: string | null | undefined
    })[] | undefined
    readonly keySetUrl?: string | undefined
    readonly algorithms?: readonly ('HS256' | 'HS384' | 'HS512' | 'RS256' | 'RS384' | 'RS512' | 'PS256' | 'ES256' | 'ES384' | 'EdDSA')[] | undefined
    readonly issuer?: string | undefined
    readonly audience?: string | undefined
    readonly bodyHash?: {
      readonly claim: string
      readonly algorithm?: 'sha256' | 'sha384' | 'sha512' | undefined
      readonly encoding?: 'hex' | 'base64' | 'base64url' | undefined
    } | null | undefined
  } | {
    readonly kind: 'preset'
    readonly secrets?: readonly (string | {
      readonly name: string
      readonly last4?: string | undefined
      readonly createdAt?: string | undefined
      readonly lastMatchedAt?: string | null | undefined
    })[] | undefined
    readonly verifyToken?: string | {
      readonly name: string
      readonly last4?: string | undefined
      readonly createdAt?: string | undefined
      readonly lastMatchedAt?: string | null | undefined
    } | undefined
    readonly settings?: Readonly<Record<string, string>> | undefined
  } | undefined
  readonly enabled?: boolean | undefined
  readonly allowedOrigins?: readonly string[] | undefined
  readonly allowedIps?: readonly string[] | undefined
  readonly rateLimit?: {
    readonly requests: number
    readonly seconds: number
  } | null | undefined
  readonly requireHttps?: boolean | undefined
  readonly bodyBytesMax?: number | null | undefined
  readonly uploadBytesMax?: number | null | undefined
  readonly bodyFormat?: 'auto' | 'json' | 'xml' | 'text' | undefined
  readonly onMalformed?: 'reject' | 'raw' | undefined
  readonly signatureCovers?: 'sent' | 'decoded' | null | undefined
  readonly expected?: {
    readonly headers?: readonly ({
      readonly name: string
      readonly value?: string | undefined
      readonly required?: boolean | undefined
      readonly locked?: boolean | undefined
    })[] | undefined
    readonly query?: readonly ({
      readonly name: string
      readonly value?: string | undefined
      readonly required?: boolean | undefined
      readonly locked?: boolean | undefined
    })[] | undefined
    readonly body?: unknown
    readonly strict?: boolean | undefined
  } | undefined
  readonly dedup?: {
    /** Where the id of the event stands; absent: the system's own. Copies are known by text that is not blank and by numbers: null, true, false, objects and lists are taken for no id */
    readonly key?: string | undefined
    readonly windowHours?: number | undefined
  } | null | undefined
  readonly eventType?: string | null | undefined
  readonly split?: {
    /** Where the list of events stands: `body`, `body.events`, or in each item of another list `body.entry[].changes`; absent: where the system's stands */
    readonly items?: string | undefined
  } | null | undefined
  readonly reply?: {
    readonly status?: number | undefined
    readonly headers?: Readonly<Record<string, string | readonly string[]>> | undefined
    readonly body?: unknown
    readonly mode?: 'auto' | 'at_once' | 'flow' | undefined
    readonly timeoutMs?: number | undefined
    readonly onTimeout?: number | undefined
    readonly error?: {
      readonly status?: number | undefined
      readonly headers?: Readonly<Record<string, string | readonly string[]>> | undefined
      readonly body?: unknown
    } | null | undefined
  } | undefined
}

/** The body of `flow.patch`. */
export interface FlowPatchIn {
  readonly name?: string | undefined
  readonly notes?: string | undefined
  readonly trigger?: {
    readonly kind: 'webhook'
    readonly listener: string
  } | {
    readonly kind: 'job'
  } | {
    readonly kind: 'event'
    readonly eventTypes: readonly string[]
  } | {
    readonly kind: 'schedule'
    /** Minute, hour, day of the month, month, day of the week */
    readonly cron: string
    /** Such as Europe/Berlin; UTC if it is left out */
    readonly timeZone?: string | undefined
    /** What becomes of times that passed while no process ran: one run for all of them (`once`, unless said otherwise), or none */
    readonly missed?: 'once' | 'none' | undefined
  } | undefined
  readonly timeoutMs?: number | undefined
  /** So many runs at a time; the others wait in the order in which they came. Absent: as many as come */
  readonly concurrency?: number | undefined
  readonly steps?: readonly FlowStep[] | undefined
  readonly rescue?: readonly FlowStep[] | undefined
  readonly uid?: string | null | undefined
  readonly enabled?: boolean | undefined
}

/** The body of `member.patch`. */
export interface MemberPatchIn {
  readonly name?: string | undefined
  readonly role?: 'owner' | 'operator' | 'viewer' | undefined
  /** Ids or uids of the applications that the member may enter. Null: all, as owners do */
  readonly applications?: readonly string[] | null | undefined
  readonly disabled?: boolean | undefined
}

/** The body of `portal.redeemLink`. */
export interface PortalRedeemLinkIn {
  readonly token: string
}

/** The body of `portal.putLook`. */
export interface PortalPutLookIn {
  readonly name?: string | undefined
  readonly logo?: string | null | undefined
  readonly accent?: string | null | undefined
  readonly returnUrl?: string | null | undefined
}

/** The body of `eventType.import`. */
export interface EventTypeImportIn {
  readonly catalogue?: 'invoice-maker' | undefined
  readonly eventTypes?: readonly EventTypeIn[] | undefined
}

/** The body of `endpoint.rotateSecret`. */
export interface EndpointRotateSecretIn {
  readonly key?: string | null | undefined
  readonly gracePeriodSeconds?: number | null | undefined
}

/** The body of `endpoint.test`. */
export interface EndpointTestIn {
  readonly eventType?: string | undefined
  readonly payload?: unknown
}

/** The body of `endpoint.sendExample`. */
export interface EndpointSendExampleIn {
  readonly eventType: string
  readonly exampleIndex?: number | null | undefined
}

/** The body of `endpoint.recover`, `endpoint.replayMissing`. */
export interface EndpointRecoverIn {
  readonly since: string
  readonly until?: string | null | undefined
}

/** The body of `endpoint.updateHeaders`. */
export interface EndpointUpdateHeadersIn {
  readonly headers: Readonly<Record<string, string>>
}

/** The body of `endpoint.patchHeaders`. */
export interface EndpointPatchHeadersIn {
  readonly headers: Readonly<Record<string, string | null>>
  readonly deleteHeaders?: readonly string[] | null | undefined
}

/** The body of `filter.test`. */
export interface FilterTestIn {
  /** Mirrors the payload: { "data": { "amount": { "$gt": 100 } } } */
  readonly filter: Readonly<Record<string, unknown>>
  readonly payload?: unknown
  /** The id or event id of a past message, in place of a payload */
  readonly messageId?: string | undefined
}

/** The body of `transformation.test`. */
export interface TransformationTestIn {
  readonly expression: string
  readonly payload?: unknown
  /** The id or event id of a past message, in place of a payload */
  readonly messageId?: string | undefined
  /** What $eventType is; absent: the message's, else "example" */
  readonly eventType?: string | undefined
}

/** The body of `message.createBatch`. */
export interface MessageCreateBatchIn {
  readonly messages: readonly ({
    readonly eventType: string
    readonly payload: unknown
    readonly eventId?: string | null | undefined
    readonly channels?: readonly string[] | null | undefined
    readonly tags?: readonly string[] | null | undefined
    readonly payloadRetentionPeriod?: number | null | undefined
    readonly payloadRetentionHours?: number | null | undefined
    readonly deliverAt?: null | undefined
    readonly transformationsParams?: {
      readonly rawPayload?: string | null | undefined
    } | null | undefined
  })[]
  readonly application?: ApplicationIn | null | undefined
}

/** The body of `message.createEvent`. */
export interface MessageCreateEventIn {
  readonly id?: string | undefined
  readonly type: string
  readonly created_at?: string | undefined
  readonly data: unknown
  readonly channels?: readonly string[] | null | undefined
}

/** The body of `message.precheck`. */
export interface MessagePrecheckIn {
  readonly eventType: string
  readonly channels?: readonly string[] | null | undefined
}

/** The body of `delivery.cancelMany`. */
export interface DeliveryCancelManyIn {
  readonly deliveryIds: readonly string[]
}

/** The body of `listener.verify`. */
export interface ListenerVerifyIn {
  /** The id of a request that is kept; it stands alone */
  readonly request?: string | undefined
  /** POST unless it is said */
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'HEAD' | undefined
  /** The listener's own unless it is said */
  readonly path?: string | undefined
  /** As it was sent, without the question mark */
  readonly query?: string | undefined
  readonly headers?: Readonly<Record<string, string | readonly string[]>> | undefined
  readonly body?: string | undefined
  /** Of the body; utf8 unless it is said */
  readonly encoding?: 'utf8' | 'base64' | undefined
  /** When it came, for signatures that hold for a while; now unless it is said */
  readonly at?: string | undefined
}

/** The body of `listener.capture`. */
export interface ListenerCaptureIn {
  /** The id of an accepted request of this listener; absent: the newest that is kept */
  readonly request?: string | undefined
  /** Waits for the next one instead: what is expected changes when it comes. `capture` of the listener says how that stands */
  readonly next?: boolean | undefined
  /** How long the next one is waited for; absent: 10 minutes */
  readonly seconds?: number | undefined
}

/** The body of `request.resend`. */
export interface RequestResendIn {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'HEAD' | undefined
  readonly path?: string | undefined
  /** Without the question mark */
  readonly query?: string | undefined
  /** All of them, in the place of its own; those that say how its body travelled are made anew */
  readonly headers?: Readonly<Record<string, string | readonly string[]>> | undefined
  readonly body?: string | undefined
  /** Of the body that is given */
  readonly encoding?: 'utf8' | 'base64' | undefined
  /** Signed anew with the newest secret of the listener, and verified by it; otherwise it is taken as it is, and says that nothing verified it */
  readonly sign?: boolean | undefined
  /** The private key (PEM) to sign with where the listener verifies by a public one; used for this once, and kept nowhere */
  readonly signKey?: string | undefined
}

/** The body of `request.replayAll`. */
export interface RequestReplayAllIn {
  readonly filter: {
    /** These only; of them those that were accepted */
    readonly requestIds?: readonly string[] | undefined
    /** By id or uid; absent: all listeners whose requests a flow takes now */
    readonly listenerId?: string | undefined
    readonly eventType?: string | undefined
    readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'HEAD' | undefined
    /** Of what their callers were answered; 0: nothing yet */
    readonly statusCodeClass?: 0 | 100 | 200 | 300 | 400 | 500 | undefined
    /** That took at least so many milliseconds until they were answered */
    readonly minDurationMs?: number | undefined
    /** From before this time, such as 2030-01-31T00:00:00Z */
    readonly before?: string | undefined
    /** From after this time, such as 2030-01-31T00:00:00Z */
    readonly after?: string | undefined
    /** A deduplication key, or text as it stands in the body */
    readonly text?: string | undefined
  }
  /** By id or uid; absent: all flows that would take them now */
  readonly flow?: string | undefined
  /** Of that flow; absent: the one that is published when their turn comes */
  readonly version?: number | undefined
  readonly ratePerSecond?: number | undefined
  /** Answers what it would run, and does nothing */
  readonly dryRun?: boolean | undefined
}

/** The body of `request.replay`. */
export interface RequestReplayIn {
  /** One of them, by id or uid; absent: all */
  readonly flow?: string | undefined
  /** Of that flow; absent: the one that is published now */
  readonly version?: number | undefined
}

/** The body of `flow.publish`. */
export interface FlowPublishIn {
  /** What this version is about */
  readonly note?: string | undefined
  /** An older version that is to run again; absent: the draft */
  readonly version?: number | undefined
}

/** The body of `flow.test`. */
export interface FlowTestIn {
  /** The id of a past request */
  readonly request?: string | undefined
  /** A request of your own, where no past one is named; what is left out is as the listener expects it */
  readonly simulated?: {
    readonly method?: string | undefined
    readonly params?: Readonly<Record<string, string>> | undefined
    readonly query?: Readonly<Record<string, string | readonly string[]>> | undefined
    readonly headers?: Readonly<Record<string, string | readonly string[]>> | undefined
    readonly body?: unknown
    /** In place of `body`: the text as it comes, which is read by its content type */
    readonly rawBody?: string | undefined
  } | undefined
  /** Of a flow that jobs or events start */
  readonly document?: unknown
  readonly eventType?: string | undefined
  /** Several to try it with, one after the other; in place of one. An empty object is what the listener expects */
  readonly requests?: readonly ({
    /** The id of a past request */
    readonly request?: string | undefined
    /** A request of your own, where no past one is named; what is left out is as the listener expects it */
    readonly simulated?: {
      readonly method?: string | undefined
      readonly params?: Readonly<Record<string, string>> | undefined
      readonly query?: Readonly<Record<string, string | readonly string[]>> | undefined
      readonly headers?: Readonly<Record<string, string | readonly string[]>> | undefined
      readonly body?: unknown
      /** In place of `body`: the text as it comes, which is read by its content type */
      readonly rawBody?: string | undefined
    } | undefined
    /** Of a flow that jobs or events start */
    readonly document?: unknown
    readonly eventType?: string | undefined
  })[] | undefined
  readonly meta?: Readonly<Record<string, unknown>> | undefined
  /** How the calls of send_webhook and http_request steps are to end, by step; well if nothing is said */
  readonly outcomes?: Readonly<Record<string, {
    /** What the receiver answers; null: nothing, in time */
    readonly status?: number | null | undefined
    /** Absent: as the step judges the status */
    readonly ok?: boolean | undefined
    /** Of the answer; http_request steps read them */
    readonly headers?: Readonly<Record<string, string | readonly string[]>> | undefined
    readonly body?: string | null | undefined
  }>> | undefined
  /** The id of a step: what follows it is not run */
  readonly until?: string | undefined
  /** `made`: calls without an outcome are really sent, once and not kept. Events are never sent */
  readonly calls?: 'shown' | 'made' | undefined
  /** Absent: the draft */
  readonly version?: number | undefined
  /** One that is not saved, to be tried in place of the draft */
  readonly definition?: {
    readonly name: string
    readonly notes?: string | undefined
    readonly trigger: {
      readonly kind: 'webhook'
      readonly listener: string
    } | {
      readonly kind: 'job'
    } | {
      readonly kind: 'event'
      readonly eventTypes: readonly string[]
    } | {
      readonly kind: 'schedule'
      /** Minute, hour, day of the month, month, day of the week */
      readonly cron: string
      /** Such as Europe/Berlin; UTC if it is left out */
      readonly timeZone?: string | undefined
      /** What becomes of times that passed while no process ran: one run for all of them (`once`, unless said otherwise), or none */
      readonly missed?: 'once' | 'none' | undefined
    }
    readonly timeoutMs?: number | undefined
    /** So many runs at a time; the others wait in the order in which they came. Absent: as many as come */
    readonly concurrency?: number | undefined
    readonly steps: readonly FlowStep[]
    readonly rescue?: readonly FlowStep[] | undefined
  } | undefined
}

/** The body of `mapping.test`. */
export interface MappingTestIn {
  /** Any JSON; `{{ }}` in its texts is filled in */
  readonly template?: unknown
  /** As of `when` and `if` */
  readonly condition?: boolean | string | undefined
  /** JSONata, as of a `transform` */
  readonly expression?: string | undefined
  /** JavaScript, as of a `code` */
  readonly source?: string | undefined
  /** Whose requests are simulated; by id or uid */
  readonly listener?: string | undefined
  /** What to read it with, one after the other. An empty object is what the listener expects */
  readonly requests: readonly ({
    /** The id of a past request */
    readonly request?: string | undefined
    /** A request of your own, where no past one is named; what is left out is as the listener expects it */
    readonly simulated?: {
      readonly method?: string | undefined
      readonly params?: Readonly<Record<string, string>> | undefined
      readonly query?: Readonly<Record<string, string | readonly string[]>> | undefined
      readonly headers?: Readonly<Record<string, string | readonly string[]>> | undefined
      readonly body?: unknown
      /** In place of `body`: the text as it comes, which is read by its content type */
      readonly rawBody?: string | undefined
    } | undefined
    /** Of a flow that jobs or events start */
    readonly document?: unknown
    readonly eventType?: string | undefined
    /** What steps before it gave */
    readonly steps?: Readonly<Record<string, {
      readonly status?: 'OK' | 'KO' | 'SKIP' | undefined
      readonly code?: string | undefined
      readonly output?: unknown
    }>> | undefined
    /** Of a for_each that it stands in */
    readonly item?: unknown
    readonly index?: number | undefined
  })[]
  readonly meta?: Readonly<Record<string, unknown>> | undefined
}

/** The body of `template.apply`. */
export interface TemplateApplyIn {
  readonly name?: string | undefined
  readonly inputs?: Readonly<Record<string, string>> | undefined
  readonly secrets?: Readonly<Record<string, string>> | undefined
}

/** The body of `run.cancelMany`. */
export interface RunCancelManyIn {
  readonly runIds: readonly string[]
}

/** The body of `run.again`. */
export interface RunAgainIn {
  /** Absent: the version that is published now */
  readonly version?: number | undefined
  /** Take a new key instead of the same */
  readonly newKey?: boolean | undefined
}

/** The body of `run.againMany`. */
export interface RunAgainManyIn {
  readonly filter: {
    /** Of this flow, by id or uid */
    readonly flow?: string | undefined
    /** How they ended; of runs that are named by `runIds` any end */
    readonly status?: 'ok' | 'ko' | 'cancelled' | undefined
    /** What started it */
    readonly trigger?: 'webhook' | 'job' | 'event' | 'schedule' | undefined
    /** With exactly this key */
    readonly key?: string | undefined
    /** With this tag */
    readonly tag?: string | undefined
    /** That ended with this code */
    readonly errorCode?: string | undefined
    /** That took at least so many milliseconds from their start to their end */
    readonly minDurationMs?: number | undefined
    /** From before this time, such as 2030-01-31T00:00:00Z */
    readonly before?: string | undefined
    /** From after this time, such as 2030-01-31T00:00:00Z */
    readonly after?: string | undefined
    /** These only */
    readonly runIds?: readonly string[] | undefined
  }
  /** Answers what it would start, and does nothing */
  readonly dryRun?: boolean | undefined
  /** So many in one call */
  readonly limit?: number | undefined
  /** Where the last call stopped */
  readonly iterator?: string | undefined
  /** Of the flow that the filter names; absent: the version that is published now */
  readonly version?: number | undefined
  /** Take new keys instead of the same */
  readonly newKey?: boolean | undefined
}

/** The body of `secret.put`. */
export interface SecretPutIn {
  readonly value: string
}

/** The body of `connection.put`. */
export interface ConnectionPutIn {
  readonly baseUrl: string
  readonly auth: {
    readonly kind: 'none'
  } | {
    readonly kind: 'bearer'
    readonly token: string | {
      readonly name: string
      readonly last4?: string | undefined
      readonly createdAt?: string | undefined
    }
  } | {
    readonly kind: 'basic'
    readonly username: string
    readonly password: string | {
      readonly name: string
      readonly last4?: string | undefined
      readonly createdAt?: string | undefined
    }
  } | {
    readonly kind: 'api_key'
    readonly name?: string | undefined
    readonly key: string | {
      readonly name: string
      readonly last4?: string | undefined
      readonly createdAt?: string | undefined
    }
  } | {
    readonly kind: 'oauth2'
    readonly tokenUrl: string
    readonly clientId: string
    readonly clientSecret: string | {
      readonly name: string
      readonly last4?: string | undefined
      readonly createdAt?: string | undefined
    }
    /** With spaces between several */
    readonly scope?: string | undefined
    readonly audience?: string | undefined
    /** How id and secret are shown to the token address: in the header Authorization, or in the form */
    readonly clientAuth?: 'basic' | 'body' | undefined
  }
}

/** The body of `authentication.appPortalAccess`. */
export interface AuthenticationAppPortalAccessIn {
  readonly application?: ApplicationIn | null | undefined
  readonly featureFlags?: readonly string[] | null | undefined
  readonly expiry?: number | null | undefined
  readonly readOnly?: boolean | null | undefined
  readonly capabilities?: readonly ('ViewBase' | 'ViewEndpointSecret' | 'ManageEndpointSecret' | 'ManageTransformations' | 'CreateAttempts' | 'ManageEndpoint')[] | null | undefined
  readonly sessionId?: string | null | undefined
}

/** The body of `authentication.expireAll`. */
export interface AuthenticationExpireAllIn {
  readonly expiry?: number | null | undefined
  readonly sessionIds?: readonly string[] | undefined
}

/** The body of `session.describeLink`. */
export interface SessionDescribeLinkIn {
  readonly token: string
}

/** The body of `session.redeemLink`. */
export interface SessionRedeemLinkIn {
  readonly token: string
  readonly password: string
  readonly name?: string | undefined
  readonly email?: string | undefined
}

/** The body of `session.completeSignIn`. */
export interface SessionCompleteSignInIn {
  readonly code: string
  readonly state: string
  readonly iss?: string | undefined
}

/** The answer of `application.create`, `application.get`, `application.update`, `application.patch`. */
export interface ApplicationOut {
  readonly id: string
  readonly uid: string | null
  readonly name: string
  readonly metadata: Readonly<Record<string, string>>
  readonly throttleRate: number | null
  /** An older name of throttleRate, for version 1 of Svix's clients */
  readonly rateLimit: number | null
  readonly plan: string
  readonly defaultSigning: 'standard' | 'svix' | 'hex' | null
  readonly defaultRetryPolicy: 'standard' | 'invoice' | 'step' | {
    readonly waitsSeconds: readonly number[]
    readonly jitter: number
  } | null
  /** ISO 8601, UTC */
  readonly createdAt: string
  /** ISO 8601, UTC */
  readonly updatedAt: string
}

/** The answer of `trail.get`. */
export interface TrailOut {
  /** What was asked for */
  readonly here: {
    readonly kind: 'request' | 'run' | 'message' | 'delivery' | 'attempt'
    readonly id: string
  }
  readonly request: RequestAcceptOut | null
  readonly runs: readonly ({
    readonly id: string
    readonly flowId: string
    readonly flowName: string | null
    readonly version: number
    readonly trigger: 'webhook' | 'job' | 'event' | 'schedule'
    readonly requestId: string | null
    readonly key: string
    readonly tags: readonly string[]
    readonly status: 'queued' | 'running' | 'waiting' | 'ok' | 'ko' | 'cancelled'
    /** ISO 8601, UTC */
    readonly createdAt: string
    readonly finishedAt: string | null
    readonly durationMs: number | null
    readonly errorCode: string | null
    /** The event that started it */
    readonly messageId: string | null
  })[]
  readonly messages: readonly ({
    readonly id: string
    readonly eventId: string | null
    readonly eventType: string
    readonly runId: string | null
    /** ISO 8601, UTC */
    readonly createdAt: string
  })[]
  readonly deliveries: readonly DeliveryOut[]
  /** False: there is more than 20 runs, 50 messages or 100 deliveries, and these are the first */
  readonly complete: boolean
}

/** The answer of `view.create`, `view.get`, `view.patch`. */
export interface ViewOut {
  readonly id: string
  readonly list: 'requests' | 'runs' | 'messages' | 'deliveries'
  readonly name: string
  readonly search: Readonly<Record<string, string>>
  readonly shared: boolean
  readonly createdBy: string
  /** ISO 8601, UTC */
  readonly createdAt: string
  /** ISO 8601, UTC */
  readonly updatedAt: string
}

/** The answer of `plan.create`, `plan.get`, `plan.update`, `plan.patch`. */
export interface PlanOut {
  readonly name: string
  readonly builtIn: boolean
  readonly endpointsMax: number | null
  readonly deliveriesPerHour: number | null
  readonly retriesMax: number | null
  readonly timeoutMsMax: number | null
  readonly defaultSigning: 'standard' | 'svix' | 'hex'
  readonly defaultRetryPolicy: 'standard' | 'invoice' | 'step' | {
    readonly waitsSeconds: readonly number[]
    readonly jitter: number
  }
  /** Null: it is built in */
  readonly createdAt: string | null
  /** Null: it is built in */
  readonly updatedAt: string | null
}

/** The answer of `eventType.create`, `eventType.get`, `eventType.update`, `eventType.patch`. */
export interface EventTypeOut {
  readonly name: string
  readonly description: string
  readonly archived: boolean
  readonly deprecated: boolean
  readonly schemas: Readonly<Record<string, Readonly<Record<string, unknown>>>> | null
  readonly featureFlag: string | null
  readonly featureFlags: readonly string[]
  readonly groupName: string | null
  readonly example: unknown
  /** ISO 8601, UTC */
  readonly createdAt: string
  /** ISO 8601, UTC */
  readonly updatedAt: string
}

/** The answer of `endpoint.get`. */
export interface EndpointOut {
  readonly id: string
  readonly uid: string | null
  readonly url: string
  readonly description: string
  readonly eventTypes: readonly string[] | null
  /** An older name of eventTypes, for version 1 of Svix's clients */
  readonly filterTypes: readonly string[] | null
  readonly channels: readonly string[] | null
  readonly filter: Readonly<Record<string, unknown>> | null
  readonly transformation: {
    readonly expression: string
  } | null
  readonly disabled: boolean
  readonly state: 'active' | 'paused' | 'disabled'
  readonly metadata: Readonly<Record<string, string>>
  readonly throttleRate: number | null
  /** An older name of throttleRate, for version 1 of Svix's clients */
  readonly rateLimit: number | null
  readonly concurrency: number | null
  readonly ordered: boolean
  readonly onExhausted: 'continue' | 'pause'
  readonly signing: 'standard' | 'svix' | 'hex'
  readonly retryPolicy: 'standard' | 'invoice' | 'step' | {
    readonly waitsSeconds: readonly number[]
    readonly jitter: number
  } | null
  readonly timeoutMs: number | null
  readonly success: '2xx' | readonly number[]
  readonly version: number
  /** ISO 8601, UTC */
  readonly createdAt: string
  /** ISO 8601, UTC */
  readonly updatedAt: string
}

/** The answer of `endpoint.sendExample`, `message.create`, `message.createEvent`, `message.get`. */
export interface MessageOut {
  readonly id: string
  readonly eventId: string | null
  readonly eventType: string
  readonly channels: readonly string[] | null
  readonly tags: readonly string[] | null
  readonly payload: Readonly<Record<string, unknown>>
  /** ISO 8601, UTC */
  readonly timestamp: string
  /** How many it has, and how those ended that have; only in lists that are asked for it */
  readonly deliveries?: {
    readonly all: number
    readonly delivered: number
    readonly failed: number
    readonly cancelled: number
  } | undefined
}

/** The answer of `messageAttempt.get`. */
export interface MessageAttemptOut {
  readonly id: string
  readonly endpointId: string
  readonly msgId: string
  readonly url: string
  readonly status: 0 | 1 | 2 | 3
  readonly statusText: 'success' | 'pending' | 'fail' | 'sending'
  readonly responseStatusCode: number
  readonly response: string
  readonly responseDurationMs: number
  readonly triggerType: 0 | 1
  /** ISO 8601, UTC */
  readonly timestamp: string
  readonly attempt: number
  readonly failure: string | null
  readonly nextAttempt: string | null
  readonly msg?: {
    readonly id: string
    readonly eventId: string | null
    readonly eventType: string
    readonly channels: readonly string[] | null
    readonly tags: readonly string[] | null
    readonly payload: Readonly<Record<string, unknown>>
    /** ISO 8601, UTC */
    readonly timestamp: string
  } | undefined
}

/** The answer of `delivery.get`, `delivery.cancel`, `delivery.resend`. */
export interface DeliveryOut {
  readonly id: string
  readonly applicationId: string
  readonly status: 'waiting' | 'sending' | 'throttled' | 'held' | 'delivered' | 'failed' | 'cancelled'
  readonly eventType: string
  readonly messageId: string | null
  readonly endpointId: string | null
  readonly runId: string | null
  readonly stepId: string | null
  /** Whose step it is; null for an endpoint */
  readonly flowId: string | null
  /** Where the step sends it; null for an endpoint, which has a URL of its own */
  readonly host: string | null
  readonly attempts: number
  readonly nextAttempt: string | null
  readonly lastStatusCode: number | null
  readonly lastFailure: string | null
  readonly lastFailureReason: string | null
  readonly nextStep: string | null
  readonly statusReason: string | null
  /** ISO 8601, UTC */
  readonly createdAt: string
  readonly finishedAt: string | null
}

/** The answer of `replay.create`, `replay.get`, `replay.cancel`, `request.replayAll`. */
export interface ReplayOut {
  readonly id: string
  readonly kind: 'deliveries' | 'missing' | 'requests'
  readonly status: 'running' | 'done' | 'cancelled' | 'failed'
  readonly filter: {
    readonly status: readonly ('delivered' | 'failed' | 'cancelled' | 'waiting')[]
    readonly deliveryId: string | null
    readonly deliveryIds: readonly string[] | null
    readonly endpointId: string | null
    readonly messageId: string | null
    readonly messageIds: readonly string[] | null
    readonly runId: string | null
    readonly eventTypes: readonly string[] | null
    readonly statusCodeClass: number | null
    readonly failure: string | null
    readonly minDurationMs: number | null
    readonly before: string | null
    readonly after: string | null
    readonly text: string | null
  }
  /** Which requests run again, and by what; null of a replay of deliveries */
  readonly requests: {
    readonly requestIds: readonly string[] | null
    /** Null: all whose requests a flow takes */
    readonly listenerId: string | null
    readonly eventType: string | null
    readonly method: string | null
    readonly statusCodeClass: number | null
    readonly minDurationMs: number | null
    readonly before: string | null
    readonly after: string | null
    readonly text: string | null
    readonly flowId: string | null
    readonly version: number | null
  } | null
  readonly ratePerSecond: number
  readonly matched: number
  readonly queued: number
  readonly skipped: number
  readonly reached: string | null
  readonly failure: 'application_deleted' | 'endpoint_deleted' | 'listener_deleted' | 'flow_deleted' | 'internal' | null
  /** ISO 8601, UTC */
  readonly startedAt: string
  /** ISO 8601, UTC */
  readonly updatedAt: string
  readonly finishedAt: string | null
}

/** The answer of `system.get`. */
export interface SystemOut {
  readonly name: string
  readonly title: string
  readonly category: string
  /** The sender's own page about its webhooks */
  readonly docs: string | null
  /** What the scheme is known from: the sender's software or an example of its own, its documentation, or what others say */
  readonly evidence: 'vendor' | 'documented' | 'secondary'
  /** The kind of its signature; `none`: it has no preset, and the listener says how */
  readonly scheme: string
  /** For `auth.secrets`; null: there is none */
  readonly secret: {
    /** As the sender calls it */
    readonly label: string
    /** Where the sender shows it */
    readonly where: string
    readonly looksLike: string | null
  } | null
  /** For `auth.verifyToken` */
  readonly verifyToken: {
    /** As the sender calls it */
    readonly label: string
    /** Where the sender shows it */
    readonly where: string
    readonly looksLike: string | null
    readonly required: boolean
  } | null
  /** For `auth.settings`, by name. What is given must be as the whole regular expression is */
  readonly settings: readonly ({
    /** As the sender calls it */
    readonly label: string
    /** Where the sender shows it */
    readonly where: string
    readonly looksLike: string | null
    readonly name: string
    readonly pattern: string
  })[]
  /** The headers that its authentication asks for */
  readonly headers: readonly string[]
  /** Those that it calls with */
  readonly methods: readonly string[]
  /** Where the event type stands; the first place that has one counts */
  readonly eventType: readonly string[]
  /** Likewise what copies are known by */
  readonly dedupKey: readonly string[]
  /** Where a request has a list of events, and what is known of each, for `split`; null: a request is one */
  readonly batch: {
    readonly items: string
    readonly eventType: readonly string[]
    readonly dedupKey: readonly string[]
  } | null
  /** Questions that are answered and start nothing */
  readonly handshakes: readonly ({
    readonly name: string
    readonly signed: boolean
  })[]
  /** How it wants to be answered; null: it does not care */
  readonly acknowledgement: {
    readonly status: number
    /** What it takes for success; null: any 2xx */
    readonly statuses: readonly number[] | null
    /** What it must find in the body; null: it does not look */
    readonly body: string | null
    readonly deadlineMs: number
  } | null
  /** Where its requests come from, which `allowedIps` takes as `preset:<name>`; null: it publishes none, or too many */
  readonly addresses: {
    readonly ranges: readonly string[]
    /** The day of which they are known; they are never fetched */
    readonly asOf: string
    /** Where the sender publishes them */
    readonly source: string
  } | null
  readonly notes: readonly string[]
  /** A request without what signs it. A body that is text is not JSON */
  readonly example: {
    readonly method: string
    readonly headers: Readonly<Record<string, string>>
    readonly body: unknown
  }
}

/** The answer of `stepKind.get`. */
export interface StepKindOut {
  readonly kind: string
  readonly label: string
  readonly section: 'Built-in Function' | 'Notify' | 'Data' | 'Logic' | 'Connect'
  /** Markdown, to be read behind "a step that" */
  readonly about: string
  /** Markdown */
  readonly output: string
  /** Its own, in the order in which they are shown; each step has id, name, notes, when and next, too */
  readonly fields: readonly ({
    readonly name: string
    readonly label: string
    /** `template`: text with {{ }}. `json`: any JSON, with {{ }} in its texts. `condition`: true, false or one {{ }}. `expression`: JSONata. `code`: JavaScript. `plain`: taken as it stands */
    readonly form: 'template' | 'json' | 'condition' | 'expression' | 'code' | 'plain'
    /** Markdown */
    readonly about: string
    readonly required: boolean
    /** What holds if it is left out; null: nothing does */
    readonly otherwise: unknown
  })[]
  /** Fields that hold steps */
  readonly lists: readonly string[]
  /** The JSON Schema of a step, without the steps inside it */
  readonly schema: unknown
  readonly example: unknown
  /** What it sends, with values for example, as the text of its JSON; null: nothing, or what its fields say */
  readonly sampleBody: string | null
  /** Markdown */
  readonly more: string | null
  /** Where it stands in the documentation */
  readonly docs: string
}

/** The answer of `listener.create`, `listener.get`, `listener.update`, `listener.patch`, `listener.capture`, `listener.cancelCapture`. */
export interface ListenerOut {
  readonly uid: string | null
  readonly name: string
  readonly system: string
  readonly suffix: string
  readonly methods: readonly ('GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'HEAD')[]
  readonly auth: {
    readonly kind: 'none'
  } | {
    readonly kind: 'api_key'
    readonly in: 'header' | 'query'
    readonly name: string
    readonly keys: readonly ({
      readonly name: string
      readonly last4: string
      readonly createdAt: string
      /** When it last verified a request, of the newest 1,000 of the listener; null: none of them. Absent in lists */
      readonly lastMatchedAt?: string | null | undefined
    })[]
  } | {
    readonly kind: 'bearer'
    readonly tokens: readonly ({
      readonly name: string
      readonly last4: string
      readonly createdAt: string
      /** When it last verified a request, of the newest 1,000 of the listener; null: none of them. Absent in lists */
      readonly lastMatchedAt?: string | null | undefined
    })[]
  } | {
    readonly kind: 'basic'
    readonly username: string
    readonly password: {
      readonly name: string
      readonly last4: string
      readonly createdAt: string
      /** When it last verified a request, of the newest 1,000 of the listener; null: none of them. Absent in lists */
      readonly lastMatchedAt?: string | null | undefined
    }
  } | {
    readonly kind: 'mtls'
    /** Common or alternative names (DNS, e-mail, URI) of which the client certificate has one; empty: any that the server takes */
    readonly names: readonly string[]
  } | {
    readonly kind: 'token'
    readonly field: string
    readonly tokens: readonly ({
      readonly name: string
      readonly last4: string
      readonly createdAt: string
      /** When it last verified a request, of the newest 1,000 of the listener; null: none of them. Absent in lists */
      readonly lastMatchedAt?: string | null | undefined
    })[]
  } | {
    readonly kind: 'hmac'
    readonly header?: string | undefined
    readonly query?: string | undefined
    readonly encoding: 'hex' | 'base64' | 'base64url'
    readonly prefix: string
    readonly separator: string | null
    readonly pair: string | null
    readonly timestamp: {
      readonly header?: string | undefined
      readonly query?: string | undefined
      readonly field?: string | undefined
      readonly pair?: string | undefined
      readonly unit: 's' | 'ms' | 'iso'
      readonly toleranceSeconds: number
    } | null
    readonly signedString: string
    readonly algorithm: 'sha1' | 'sha256' | 'sha384' | 'sha512'
    readonly keyEncoding: 'utf8' | 'hex' | 'base64' | 'whsec'
    readonly secrets: readonly ({
      readonly name: string
      readonly last4: string
      readonly createdAt: string
      /** When it last verified a request, of the newest 1,000 of the listener; null: none of them. Absent in lists */
      readonly lastMatchedAt?: string | null | undefined
    })[]
  } | {
    readonly kind: 'hash'
    readonly header?: string | undefined
    readonly query?: string | undefined
    readonly encoding: 'hex' | 'base64' | 'base64url'
    readonly prefix: string
    readonly separator: string | null
    readonly pair: string | null
    readonly timestamp: {
      readonly header?: string | undefined
      readonly query?: string | undefined
      readonly field?: string | undefined
      readonly pair?: string | undefined
      readonly unit: 's' | 'ms' | 'iso'
      readonly toleranceSeconds: number
    } | null
    readonly signedString: string
    readonly algorithm: 'sha1' | 'sha256' | 'sha384' | 'sha512'
    readonly secrets: readonly ({
      readonly name: string
      readonly last4: string
      readonly createdAt: string
      /** When it last verified a request, of the newest 1,000 of the listener; null: none of them. Absent in lists */
      readonly lastMatchedAt?: string | null | undefined
    })[]
  } | {
    readonly kind: 'ed25519'
    readonly header?: string | undefined
    readonly query?: string | undefined
    readonly encoding: 'hex' | 'base64' | 'base64url'
    readonly prefix: string
    readonly separator: string | null
    readonly pair: string | null
    readonly timestamp: {
      readonly header?: string | undefined
      readonly query?: string | undefined
      readonly field?: string | undefined
      readonly pair?: string | undefined
      readonly unit: 's' | 'ms' | 'iso'
      readonly toleranceSeconds: number
    } | null
    readonly signedString: string
    readonly keyEncoding: 'hex' | 'base64' | 'pem'
    readonly keys: readonly ({
      readonly name: string
      readonly last4: string
      readonly createdAt: string
      /** When it last verified a request, of the newest 1,000 of the listener; null: none of them. Absent in lists */
      readonly lastMatchedAt?: string | null | undefined
    })[]
  } | {
    readonly kind: 'ecdsa'
    readonly header?: string | undefined
    readonly query?: string | undefined
    readonly encoding: 'hex' | 'base64' | 'base64url'
    readonly prefix: string
    readonly separator: string | null
    readonly pair: string | null
    readonly timestamp: {
      readonly header?: string | undefined
      readonly query?: string | undefined
      readonly field?: string | undefined
      readonly pair?: string | undefined
      readonly unit: 's' | 'ms' | 'iso'
      readonly toleranceSeconds: number
    } | null
    readonly signedString: string
    readonly keyEncoding: 'hex' | 'base64' | 'pem'
    readonly keys: readonly ({
      readonly name: string
      readonly last4: string
      readonly createdAt: string
      /** When it last verified a request, of the newest 1,000 of the listener; null: none of them. Absent in lists */
      readonly lastMatchedAt?: string | null | undefined
    })[]
    readonly algorithm: 'sha1' | 'sha256' | 'sha384' | 'sha512'
    readonly format: 'der' | 'p1363'
  } | {
    readonly kind: 'rsa'
    readonly header?: string | undefined
    readonly query?: string | undefined
    readonly encoding: 'hex' | 'base64' | 'base64url'
    readonly prefix: string
    readonly separator: string | null
    readonly pair: string | null
    readonly timestamp: {
      readonly header?: string | undefined
      readonly query?: string | undefined
      readonly field?: string | undefined
      readonly pair?: string | undefined
      readonly unit: 's' | 'ms' | 'iso'
      readonly toleranceSeconds: number
    } | null
    readonly signedString: string
    readonly keyEncoding: 'hex' | 'base64' | 'pem'
    readonly keys: readonly ({
      readonly name: string
      readonly last4: string
      readonly createdAt: string
      /** When it last verified a request, of the newest 1,000 of the listener; null: none of them. Absent in lists */
      readonly lastMatchedAt?: string | null | undefined
    })[]
    readonly algorithm: 'sha1' | 'sha256' | 'sha384' | 'sha512'
  } | {
    readonly kind: 'jwt'
    readonly header: string
    readonly secrets: readonly ({
      readonly name: string
      readonly last4: string
      readonly createdAt: string
      /** When it last verified a request, of the newest 1,000 of the listener; null: none of them. Absent in lists */
      readonly lastMatchedAt?: string | null | undefined
    })[]
    readonly keySetUrl?: string | undefined
    readonly algorithms?: readonly ('HS256' | 'HS384' | 'HS512' | 'RS256' | 'RS384' | 'RS512' | 'PS256' | 'ES256' | 'ES384' | 'EdDSA')[] | undefined
    readonly issuer?: string | undefined
    readonly audience?: string | undefined
    readonly bodyHash: {
      readonly claim: string
      readonly algorithm: 'sha256' | 'sha384' | 'sha512'
      readonly encoding: 'hex' | 'base64' | 'base64url'
    } | null
  } | {
    readonly kind: 'preset'
    readonly secrets: readonly ({
      readonly name: string
      readonly last4: string
      readonly createdAt: string
      /** When it last verified a request, of the newest 1,000 of the listener; null: none of them. Absent in lists */
      readonly lastMatchedAt?: string | null | undefined
    })[]
    readonly verifyToken?: {
      readonly name: string
      readonly last4: string
      readonly createdAt: string
      /** When it last verified a request, of the newest 1,000 of the listener; null: none of them. Absent in lists */
      readonly lastMatchedAt?: string | null | undefined
    } | undefined
    readonly settings: Readonly<Record<string, string>>
  }
  readonly enabled: boolean
  readonly allowedOrigins: readonly string[]
  readonly allowedIps: readonly string[]
  readonly rateLimit: {
    readonly requests: number
    readonly seconds: number
  } | null
  readonly requireHttps: boolean
  readonly bodyBytesMax: number | null
  /** How large a multipart form may be with its files, in bytes; null: the server's own limit */
  readonly uploadBytesMax: number | null
  /** What a body is read as; auto: as its Content-Type says. Text is read as nothing else */
  readonly bodyFormat: 'auto' | 'json' | 'xml' | 'text'
  readonly onMalformed: 'reject' | 'raw'
  /** Which bytes a signature covers where the body has a Content-Encoding: as sent, or decoded; null: as the system does, else as sent */
  readonly signatureCovers: 'sent' | 'decoded' | null
  readonly expected: {
    /** The locked rows follow from the authentication; they are ignored when written */
    readonly headers: readonly ({
      readonly name: string
      readonly value?: string | undefined
      readonly required?: boolean | undefined
      readonly locked?: boolean | undefined
    })[]
    readonly query: readonly ({
      readonly name: string
      readonly value?: string | undefined
      readonly required?: boolean | undefined
      readonly locked?: boolean | undefined
    })[]
    readonly body?: unknown
    readonly strict: boolean
  }
  readonly dedup?: {
    /** Where the id of the event stands; absent: the system's own. Copies are known by text that is not blank and by numbers: null, true, false, objects and lists are taken for no id */
    readonly key?: string | undefined
    readonly windowHours: number
  } | null | undefined
  readonly eventType: string | null
  /** Makes one run of each event, where a request brings a list of them: up to 1,000, each with its own deduplication key (`dedup.key` may begin with `item`), all kept in one commit. The sender is answered at once. A request without such a list is one event. Null: a request is one event */
  readonly split: {
    /** Where the list of events stands: `body`, `body.events`, or in each item of another list `body.entry[].changes`; absent: where the system's stands */
    readonly items?: string | undefined
  } | null
  readonly reply: {
    readonly status?: number | undefined
    readonly headers: Readonly<Record<string, string | readonly string[]>>
    readonly body: unknown
    readonly mode: 'auto' | 'at_once' | 'flow'
    readonly timeoutMs?: number | undefined
    readonly onTimeout?: number | undefined
    readonly error: {
      readonly status: number
      readonly headers: Readonly<Record<string, string | readonly string[]>>
      readonly body: unknown
    } | null
  }
  readonly id: string
  /** Where its sender sends to */
  readonly publicUrl: string
  /** Whether the next accepted request becomes what is expected, and what came of it when that was asked last; null: it was not */
  readonly capture: {
    readonly status: 'waiting' | 'taken' | 'failed' | 'expired'
    /** ISO 8601, UTC */
    readonly since: string
    /** ISO 8601, UTC */
    readonly until: string
    /** The request that was taken, or could not be */
    readonly requestId: string | null
    /** Why it could not be taken */
    readonly detail: string | null
  } | null
  /** What its owner should know and may leave as it is */
  readonly warnings: readonly string[]
  /** Its ETag. Send it as If-Match, and nobody is written over */
  readonly revision: string
  /** ISO 8601, UTC */
  readonly createdAt: string
  /** ISO 8601, UTC */
  readonly updatedAt: string
}

/** The answer of `request.get`. */
export interface RequestOut {
  readonly id: string
  readonly listenerId: string | null
  readonly status: 'accepted' | 'duplicate' | 'rejected'
  /** Why it was rejected: an error code */
  readonly reason: string | null
  readonly detail: string | null
  readonly method: string
  readonly path: string
  /** As it was received, undecoded */
  readonly query: string
  readonly ip: string
  readonly contentType: string | null
  readonly eventType: string | null
  readonly duplicateOf: string | null
  readonly runIds: readonly string[]
  /** What its caller was answered; null while its flow has not answered */
  readonly replyStatus: number | null
  /** Milliseconds from its arrival until its answer was made; null before, and of copies that wait for the answer of the first */
  readonly durationMs: number | null
  /** ISO 8601, UTC */
  readonly receivedAt: string
  readonly bodyBytes: number
  /** How it proved where it comes from; null where it did not, or nothing was asked for it */
  readonly verified: {
    /** Of authentication: hmac, bearer, ... */
    readonly kind: string
    /** The end of the secret that it fits, empty of a short one; null where it fits none */
    readonly secretLast4: string | null
  } | null
  /** The request that it was made of by hand; null of one that came by itself */
  readonly origin: {
    /** Accepted after it had been refused, or an edited copy */
    readonly kind: 'accepted' | 'edited'
    readonly requestId: string
  } | null
  /** Credentials are redacted */
  readonly headers: readonly (readonly [string, string])[]
  readonly body: {
    readonly encoding: 'utf8' | 'base64'
    readonly content: string
    /** Of rejected requests only the beginning is kept, of large ones only that is shown; the body by itself is all that is kept */
    readonly truncated: boolean
  } | null
  /** What a multipart form brought; its files are entries */
  readonly form: {
    /** Names and values, in their order */
    readonly fields: readonly (readonly [string, string])[]
    readonly files: readonly ({
      /** Of its entry, which may have been removed */
      readonly id: string
      readonly field: string
      readonly name: string | null
      readonly contentType: string
      readonly size: number
      readonly sha256: string
    })[]
  } | null
  readonly runs: readonly ({
    readonly id: string
    readonly flowId: string
    readonly version: number
    readonly status: string
    readonly errorCode: string | null
  })[]
}

/** The answer of `entry.create`, `entry.update`, `entry.get`. */
export interface EntryOut {
  readonly id: string
  readonly kind: 'silo' | 'file' | 'body'
  readonly listenerId: string | null
  readonly requestId: string | null
  /** The name of its field in the form */
  readonly field: string | null
  /** As its sender says, which may be anything */
  readonly name: string | null
  /** As its sender says */
  readonly contentType: string | null
  readonly size: number
  /** Hexadecimal */
  readonly sha256: string
  /** ISO 8601, UTC */
  readonly createdAt: string
  readonly key: string | null
  readonly tags: readonly string[]
  /** Of an entry of the silo, from 1; its ETag */
  readonly version: number | null
  /** When its last version was saved */
  readonly updatedAt: string | null
  /** When it is removed by itself; null: never, or as its request is */
  readonly expiresAt: string | null
}

/** The answer of `flow.create`, `flow.get`, `flow.update`, `flow.patch`, `flow.restoreVersion`. */
export interface FlowOut {
  readonly id: string
  readonly uid: string | null
  /** Off: requests are kept, not run */
  readonly enabled: boolean
  readonly name: string
  readonly trigger: {
    readonly kind: 'webhook'
    readonly listener: string
  } | {
    readonly kind: 'job'
  } | {
    readonly kind: 'event'
    readonly eventTypes: readonly string[]
  } | {
    readonly kind: 'schedule'
    /** Minute, hour, day of the month, month, day of the week */
    readonly cron: string
    /** Such as Europe/Berlin; UTC if it is left out */
    readonly timeZone?: string | undefined
    /** What becomes of times that passed while no process ran: one run for all of them (`once`, unless said otherwise), or none */
    readonly missed?: 'once' | 'none' | undefined
  }
  readonly publishedVersion: number | null
  /** The draft differs from the published version */
  readonly changed: boolean
  /** When the published version starts by itself next; null if no schedule starts it */
  readonly nextAt: string | null
  /** ISO 8601, UTC */
  readonly createdAt: string
  /** ISO 8601, UTC */
  readonly updatedAt: string
  readonly notes?: string | undefined
  readonly timeoutMs?: number | undefined
  /** So many runs at a time; the others wait in the order in which they came. Absent: as many as come */
  readonly concurrency?: number | undefined
  readonly steps: readonly FlowStep[]
  readonly rescue?: readonly FlowStep[] | undefined
  /** What keeps the draft from being published */
  readonly faults: readonly ({
    readonly pointer: string
    readonly message: string
    readonly code: string
    /** Of the character in the field's text, from 1: where a template is wrong */
    readonly position?: number | undefined
  })[]
  readonly warnings: readonly ({
    readonly pointer: string
    readonly message: string
    readonly code: string
    /** Of the character in the field's text, from 1: where a template is wrong */
    readonly position?: number | undefined
  })[]
  /** Of the draft; its ETag. Send it as If-Match, and nobody is written over */
  readonly revision: string
  /** The id of the member or key that saved the draft last */
  readonly savedBy: string | null
  readonly savedByName: string | null
}

/** The answer of `template.get`. */
export interface TemplateOut {
  readonly name: string
  readonly title: string
  readonly summary: string
  /** Whose webhooks it receives */
  readonly systems: readonly string[]
  readonly inputs: readonly ({
    readonly name: string
    readonly label: string
    readonly hint: string
    /** What is asked for. `url`: called by Posthorn, so it must be one that may be; `base`: likewise, with more written behind it; `page`: only where a browser is sent; `origin`: such as https://www.example.com */
    readonly kind: 'url' | 'base' | 'page' | 'origin' | 'text'
    readonly example: string
    /** Taken where nothing is given; null: it must be given */
    readonly default: string | null
  })[]
  readonly secrets: readonly ({
    /** Under this it is given in `secrets` */
    readonly name: string
    readonly label: string
    /** Where it is shown, or where it belongs */
    readonly where: string
    /** Who makes it. `posthorn`: made unless you give one, and shown once. `sender`: shown by the sender when it knows the URL, so it may come later. `you`: must be given */
    readonly from: 'posthorn' | 'sender' | 'you'
  })[]
  /** In this order */
  readonly makes: readonly ({
    readonly kind: 'listener' | 'flow' | 'endpoint'
    readonly name: string
  })[]
  /** What its flows do, in the order in which they do it */
  readonly steps: readonly ({
    readonly kind: string
    readonly name: string
  })[]
  readonly notes: readonly string[]
}

/** The answer of `run.create`, `run.get`, `run.cancel`, `run.again`. */
export interface RunOut {
  readonly id: string
  readonly flowId: string
  readonly flowName: string | null
  readonly version: number
  readonly trigger: 'webhook' | 'job' | 'event' | 'schedule'
  readonly requestId: string | null
  readonly key: string
  readonly tags: readonly string[]
  readonly status: 'queued' | 'running' | 'waiting' | 'ok' | 'ko' | 'cancelled'
  /** ISO 8601, UTC */
  readonly createdAt: string
  readonly finishedAt: string | null
  readonly durationMs: number | null
  readonly errorCode: string | null
  /** What a job or an event brought; null if a request started it */
  readonly document: unknown
  readonly steps: readonly ({
    readonly id: string
    readonly kind: string
    /** In a for_each: which item it ran for, from 0; in one within another, both */
    readonly item: readonly number[] | null
    /** QUEUED: what it sends waits for its first try; ERR: that went wrong, and is tried again; CANCEL: its run ended before it */
    readonly status: 'OK' | 'KO' | 'ERR' | 'QUEUED' | 'SKIP' | 'CANCEL' | 'RUN'
    /** How it ended; of what is tried again (ERR): what went wrong */
    readonly code: string | null
    /** ISO 8601, UTC */
    readonly startedAt: string
    readonly durationMs: number
    /** What the step was about to do, without secrets */
    readonly input: unknown
    readonly output: unknown
    /** The input or the output was too large to keep: it has more than this many bytes */
    readonly truncatedBytes: number | null
    readonly warnings: readonly string[]
    readonly faults: readonly unknown[]
    /** What a step sent: the delivery that has its attempts */
    readonly deliveryId: string | null
    /** What a step emitted */
    readonly messageId: string | null
    /** Of a delay: the moment that it waits for, or waited for; of what is tried again (ERR): when */
    readonly waitsUntil: string | null
  })[]
  readonly faults: readonly unknown[]
  readonly meta: Readonly<Record<string, unknown>>
  /** What the caller was answered; of a webhook_response that nobody hears, as its step warns, what that would have been */
  readonly reply: {
    readonly status: number
    readonly headers: Readonly<Record<string, string | readonly string[]>>
    readonly body: string | null
    readonly encoding: 'utf8' | 'base64'
    /** The entry whose bytes are the body */
    readonly entry?: {
      readonly id: string
      /** Null: a file, which has only one */
      readonly version: number | null
      readonly size: number
    } | undefined
    /** When it was made; replies of older releases do not say */
    readonly at?: string | undefined
  } | null
}

/** The answer of `secret.get`, `secret.put`. */
export interface SecretOut {
  readonly name: string
  /** The last four characters; empty for short secrets */
  readonly last4: string
  /** ISO 8601, UTC */
  readonly createdAt: string
  /** ISO 8601, UTC */
  readonly updatedAt: string
}

/** The answer of `connection.get`, `connection.put`. */
export interface ConnectionOut {
  readonly name: string
  readonly baseUrl: string
  readonly auth: {
    readonly kind: 'none'
  } | {
    readonly kind: 'bearer'
    readonly token: {
      readonly name: string
      readonly last4: string
      readonly createdAt: string
    }
  } | {
    readonly kind: 'basic'
    readonly username: string
    readonly password: {
      readonly name: string
      readonly last4: string
      readonly createdAt: string
    }
  } | {
    readonly kind: 'api_key'
    readonly name: string
    readonly key: {
      readonly name: string
      readonly last4: string
      readonly createdAt: string
    }
  } | {
    readonly kind: 'oauth2'
    readonly tokenUrl: string
    readonly clientId: string
    readonly clientSecret: {
      readonly name: string
      readonly last4: string
      readonly createdAt: string
    }
    /** With spaces between several */
    readonly scope?: string | undefined
    readonly audience?: string | undefined
    /** How id and secret are shown to the token address: in the header Authorization, or in the form */
    readonly clientAuth: 'basic' | 'body'
  }
  /** The flows whose published version calls it, which keep it from being deleted; ten of them by name */
  readonly calledBy: {
    readonly count: number
    readonly flows: readonly ({
      readonly id: string
      readonly name: string
    })[]
  }
  /** ISO 8601, UTC */
  readonly createdAt: string
  /** ISO 8601, UTC */
  readonly updatedAt: string
}

/** The answer of `key.get`. */
export interface KeyOut {
  readonly id: string
  readonly kind: 'key' | 'portal'
  readonly name: string
  readonly applicationId: string | null
  readonly access: 'read' | 'write'
  readonly featureFlags: readonly string[] | null
  readonly last4: string
  /** ISO 8601, UTC */
  readonly createdAt: string
  readonly lastUsedAt: string | null
  readonly expiresAt: string | null
  readonly revokedAt: string | null
}

/** The answer of `member.get`, `member.patch`. */
export interface MemberOut {
  readonly id: string
  readonly email: string
  readonly name: string
  readonly role: 'owner' | 'operator' | 'viewer'
  /** Null: all */
  readonly applicationIds: readonly string[] | null
  readonly state: 'invited' | 'active' | 'disabled'
  /** ISO 8601, UTC */
  readonly createdAt: string
  readonly lastSeenAt: string | null
  readonly disabledAt: string | null
}

/** The answer of `session.create`, `session.redeemLink`, `session.completeSignIn`, `me.get`. */
export interface MeOut {
  readonly kind: 'member' | 'key'
  readonly id: string
  readonly name: string
  readonly email: string | null
  readonly role: 'owner' | 'operator' | 'viewer'
  readonly may: {
    readonly change: boolean
    readonly manage: boolean
  }
  readonly applications: readonly ({
    readonly id: string
    readonly uid: string | null
    readonly name: string
  })[] | null
  readonly expiresAt: string | null
  /** Where senders reach this server: what the Public URLs of listeners begin with */
  readonly publicUrl: string
}

/** The answer of `install.get`. */
export interface InstallOut {
  /** Of Posthorn */
  readonly version: string
  /** Of Node.js, which it runs on */
  readonly nodeVersion: string
  /** Which store keeps everything */
  readonly engine: 'sqlite' | 'postgres'
  /** When the process that answers began */
  readonly startedAt: string
  readonly health: {
    /** The store took a write just now */
    readonly ok: boolean
    /** How long the write took; null where there was none */
    readonly writeMs: number | null
    /** How late the oldest due task is that nobody took */
    readonly oldestDueMs: number | null
  }
  readonly storage: {
    /** Of the embedded store, of files and of the master key */
    readonly folder: string
    /** On the disk of that folder; null where it cannot be read */
    readonly freeBytes: number | null
    /** What the embedded store takes; null on PostgreSQL, whose server knows */
    readonly databaseBytes: number | null
    /** What the files take that came with requests, of all applications */
    readonly filesBytes: number
  }
  /** The processes that share the work, oldest first */
  readonly nodes: readonly ({
    /** Of this life of it: a process that starts anew is another */
    readonly id: string
    /** ISO 8601, UTC */
    readonly startedAt: string
    /** It is the one that answers */
    readonly here: boolean
  })[]
  readonly settings: readonly ({
    /** As posthorn.yaml has it */
    readonly name: string
    /** As the environment has it */
    readonly environment: string
    readonly meaning: string
    /** In effect; null: a secret, or there is none */
    readonly value: string | null
    /** What holds where nothing is set, in words */
    readonly default: string
    /** Never shown, only whether it is set */
    readonly secret: boolean
    /** Whether it is other than its default */
    readonly set: boolean
  })[]
}

/** The answer of `endpoint.create`, `endpoint.update`. */
export interface EndpointCreateOut {
  readonly id: string
  readonly uid: string | null
  readonly url: string
  readonly description: string
  readonly eventTypes: readonly string[] | null
  /** An older name of eventTypes, for version 1 of Svix's clients */
  readonly filterTypes: readonly string[] | null
  readonly channels: readonly string[] | null
  readonly filter: Readonly<Record<string, unknown>> | null
  readonly transformation: {
    readonly expression: string
  } | null
  readonly disabled: boolean
  readonly state: 'active' | 'paused' | 'disabled'
  readonly metadata: Readonly<Record<string, string>>
  readonly throttleRate: number | null
  /** An older name of throttleRate, for version 1 of Svix's clients */
  readonly rateLimit: number | null
  readonly concurrency: number | null
  readonly ordered: boolean
  readonly onExhausted: 'continue' | 'pause'
  readonly signing: 'standard' | 'svix' | 'hex'
  readonly retryPolicy: 'standard' | 'invoice' | 'step' | {
    readonly waitsSeconds: readonly number[]
    readonly jitter: number
  } | null
  readonly timeoutMs: number | null
  readonly success: '2xx' | readonly number[]
  readonly version: number
  /** ISO 8601, UTC */
  readonly createdAt: string
  /** ISO 8601, UTC */
  readonly updatedAt: string
  readonly secret: string
}

/** The answer of `replay.create`. */
export interface ReplayCreateOut {
  readonly matched: number
  readonly exact: boolean
  readonly sample: readonly ({
    readonly deliveryId: string | null
    readonly messageId: string | null
    readonly endpointId: string | null
    readonly eventType: string
    /** ISO 8601, UTC */
    readonly createdAt: string
  })[]
}

/** The answer of `key.create`. */
export interface KeyCreateOut {
  readonly id: string
  readonly kind: 'key' | 'portal'
  readonly name: string
  readonly applicationId: string | null
  readonly access: 'read' | 'write'
  readonly featureFlags: readonly string[] | null
  readonly last4: string
  /** ISO 8601, UTC */
  readonly createdAt: string
  readonly lastUsedAt: string | null
  readonly expiresAt: string | null
  readonly revokedAt: string | null
  readonly key: string
}

/** The answer of `member.create`. */
export interface MemberCreateOut {
  readonly id: string
  readonly email: string
  readonly name: string
  readonly role: 'owner' | 'operator' | 'viewer'
  /** Null: all */
  readonly applicationIds: readonly string[] | null
  readonly state: 'invited' | 'active' | 'disabled'
  /** ISO 8601, UTC */
  readonly createdAt: string
  readonly lastSeenAt: string | null
  readonly disabledAt: string | null
  readonly link: string
  /** ISO 8601, UTC */
  readonly linkExpiresAt: string
}

/** The answer of `endpoint.update`, `endpoint.patch`. */
export interface EndpointUpdateOut {
  readonly id: string
  readonly uid: string | null
  readonly url: string
  readonly description: string
  readonly eventTypes: readonly string[] | null
  /** An older name of eventTypes, for version 1 of Svix's clients */
  readonly filterTypes: readonly string[] | null
  readonly channels: readonly string[] | null
  readonly filter: Readonly<Record<string, unknown>> | null
  readonly transformation: {
    readonly expression: string
  } | null
  readonly disabled: boolean
  readonly state: 'active' | 'paused' | 'disabled'
  readonly metadata: Readonly<Record<string, string>>
  readonly throttleRate: number | null
  /** An older name of throttleRate, for version 1 of Svix's clients */
  readonly rateLimit: number | null
  readonly concurrency: number | null
  readonly ordered: boolean
  readonly onExhausted: 'continue' | 'pause'
  readonly signing: 'standard' | 'svix' | 'hex'
  readonly retryPolicy: 'standard' | 'invoice' | 'step' | {
    readonly waitsSeconds: readonly number[]
    readonly jitter: number
  } | null
  readonly timeoutMs: number | null
  readonly success: '2xx' | readonly number[]
  readonly version: number
  /** ISO 8601, UTC */
  readonly createdAt: string
  /** ISO 8601, UTC */
  readonly updatedAt: string
  readonly secret?: string | undefined
}

/** The answer of `application.list`. */
export interface ApplicationListOut {
  readonly data: readonly ApplicationOut[]
  readonly iterator: string | null
  readonly prevIterator: string | null
  readonly done: boolean
}

/** The answer of `application.getPlanUse`. */
export interface ApplicationGetPlanUseOut {
  readonly plan: string
  readonly endpoints: {
    readonly used: number
    readonly max: number | null
  }
  /** First attempts of the last sixty minutes; null: the plan has no limit, and they are not counted */
  readonly deliveriesThisHour: {
    readonly used: number
    readonly max: number
    /** When the next one may be sent; null: now */
    readonly freeAt: string | null
  } | null
}

/** The answer of `application.getStats`. */
export interface ApplicationGetStatsOut {
  readonly bucket: 'minute' | 'hour' | 'day'
  /** ISO 8601, UTC */
  readonly since: string
  /** ISO 8601, UTC */
  readonly until: string
  readonly complete: boolean
  readonly buckets: readonly ({
    readonly deliveries: number
    readonly delivered: number
    readonly failed: number
    readonly cancelled: number
    readonly waiting: number
    readonly attempts: number
    readonly successRate: number | null
    readonly deliveredInMsP50: number | null
    readonly deliveredInMsP95: number | null
    readonly deliveredInMsP99: number | null
    /** ISO 8601, UTC */
    readonly at: string
  })[]
  /** By `group_by`, the largest first; null without it */
  readonly groups: readonly ({
    readonly deliveries: number
    readonly delivered: number
    readonly failed: number
    readonly cancelled: number
    readonly waiting: number
    readonly attempts: number
    readonly successRate: number | null
    readonly deliveredInMsP50: number | null
    readonly deliveredInMsP95: number | null
    readonly deliveredInMsP99: number | null
    readonly key: string | null
    /** ISO 8601, UTC */
    readonly newest: string
    readonly counts: readonly number[]
    readonly failures: readonly number[]
  })[] | null
  readonly now: {
    readonly waiting: number
    readonly throttled: number
    readonly held: number
    readonly exact: boolean
    readonly oldestWaitingMs: number
    readonly skipped: number
  }
}

/** The answer of `application.getRequestStats`. */
export interface ApplicationGetRequestStatsOut {
  readonly bucket: 'minute' | 'hour' | 'day'
  /** ISO 8601, UTC */
  readonly since: string
  /** ISO 8601, UTC */
  readonly until: string
  readonly complete: boolean
  readonly buckets: readonly ({
    readonly requests: number
    readonly accepted: number
    readonly duplicate: number
    readonly rejected: number
    /** ISO 8601, UTC */
    readonly at: string
  })[]
  /** By `group_by`, the largest first; null without it */
  readonly groups: readonly ({
    readonly requests: number
    readonly accepted: number
    readonly duplicate: number
    readonly rejected: number
    readonly key: string | null
    /** ISO 8601, UTC */
    readonly newest: string
    readonly counts: readonly number[]
    readonly refusals: readonly number[]
  })[] | null
}

/** The answer of `application.getRunStats`. */
export interface ApplicationGetRunStatsOut {
  readonly bucket: 'minute' | 'hour' | 'day'
  /** ISO 8601, UTC */
  readonly since: string
  /** ISO 8601, UTC */
  readonly until: string
  readonly complete: boolean
  readonly buckets: readonly ({
    readonly runs: number
    readonly ok: number
    readonly ko: number
    readonly cancelled: number
    readonly unfinished: number
    readonly tookMsP50: number | null
    readonly tookMsP95: number | null
    readonly tookMsP99: number | null
    /** ISO 8601, UTC */
    readonly at: string
  })[]
  /** By `group_by`, the largest first; null without it */
  readonly groups: readonly ({
    readonly runs: number
    readonly ok: number
    readonly ko: number
    readonly cancelled: number
    readonly unfinished: number
    readonly tookMsP50: number | null
    readonly tookMsP95: number | null
    readonly tookMsP99: number | null
    readonly key: string | null
    /** ISO 8601, UTC */
    readonly newest: string
    readonly counts: readonly number[]
    readonly failures: readonly number[]
  })[] | null
}

/** The answer of `issue.list`. */
export interface IssueListOut {
  readonly data: readonly ({
    readonly id: string
    readonly kind: 'store_trouble' | 'endpoint_disabled' | 'endpoint_paused' | 'circuit_open' | 'backlog' | 'wrong_signatures' | 'runs_ko' | 'plan_hour'
    readonly target: {
      readonly kind: 'server' | 'application' | 'endpoint' | 'listener' | 'flow'
      readonly id: string | null
      readonly name: string
    }
    readonly reason: string
    readonly nextStep: string
    readonly count: number
    readonly countOf: 'attempts' | 'deliveries' | 'events' | 'requests' | 'runs' | 'writes'
    /** ISO 8601, UTC */
    readonly firstSeen: string
    /** ISO 8601, UTC */
    readonly lastSeen: string
  })[]
  /** False: there was more to look at than one call does */
  readonly complete: boolean
}

/** The answer of `stream.listen`. */
export type StreamListenOut = {
  readonly topic: 'request'
  readonly id: string
  readonly row: RequestAcceptOut
} | {
  readonly topic: 'run'
  readonly id: string
  readonly row: {
    readonly id: string
    readonly flowId: string
    readonly flowName: string | null
    readonly version: number
    readonly trigger: 'webhook' | 'job' | 'event' | 'schedule'
    readonly requestId: string | null
    readonly key: string
    readonly tags: readonly string[]
    readonly status: 'queued' | 'running' | 'waiting' | 'ok' | 'ko' | 'cancelled'
    /** ISO 8601, UTC */
    readonly createdAt: string
    readonly finishedAt: string | null
    readonly durationMs: number | null
    readonly errorCode: string | null
  }
} | {
  readonly topic: 'message'
  readonly id: string
  readonly row: {
    readonly id: string
    readonly eventId: string | null
    readonly eventType: string
    readonly channels: readonly string[] | null
    readonly tags: readonly string[] | null
    /** ISO 8601, UTC */
    readonly timestamp: string
    /** How many it has, and how those ended that have; only in lists that are asked for it */
    readonly deliveries?: {
      readonly all: number
      readonly delivered: number
      readonly failed: number
      readonly cancelled: number
    } | undefined
  }
} | {
  readonly topic: 'delivery'
  readonly id: string
  readonly row: DeliveryOut
} | {
  readonly topic: 'endpoint'
  readonly id: string
  readonly row: EndpointOut | null
} | {
  readonly topic: 'gap'
  readonly of: readonly ('request' | 'run' | 'message' | 'delivery' | 'endpoint')[]
}

/** The answer of `portal.redeemLink`. */
export interface PortalRedeemLinkOut {
  readonly token: string
  /** ISO 8601, UTC */
  readonly expiresAt: string
}

/** The answer of `portal.getLook`, `portal.putLook`. */
export interface PortalGetLookOut {
  readonly name: string
  readonly logo: string | null
  readonly accent: string | null
  readonly returnUrl: string | null
}

/** The answer of `view.list`. */
export interface ViewListOut {
  readonly data: readonly ViewOut[]
  readonly iterator: string | null
  readonly prevIterator: string | null
  readonly done: boolean
}

/** The answer of `plan.list`. */
export interface PlanListOut {
  readonly data: readonly PlanOut[]
  readonly iterator: string | null
  readonly prevIterator: string | null
  readonly done: boolean
}

/** The answer of `eventType.list`. */
export interface EventTypeListOut {
  readonly data: readonly EventTypeOut[]
  readonly iterator: string | null
  readonly prevIterator: string | null
  readonly done: boolean
}

/** The answer of `eventType.import`. */
export interface EventTypeImportOut {
  readonly created: readonly string[]
  readonly updated: readonly string[]
  readonly unchanged: readonly string[]
}

/** The answer of `eventType.getUse`. */
export interface EventTypeGetUseOut {
  /** That subscribe to it by its name */
  readonly endpoints: {
    readonly count: number
    /** Ten of them at most, the oldest first */
    readonly first: readonly ({
      readonly id: string
      readonly name: string
      readonly applicationId: string
      readonly applicationName: string
    })[]
  }
  /** Whose published version names it: that it starts, or that make messages of it */
  readonly flows: {
    readonly count: number
    /** Ten of them at most, the oldest first */
    readonly first: readonly ({
      readonly id: string
      readonly name: string
      readonly applicationId: string
      readonly applicationName: string
    })[]
  }
}

/** The answer of `endpoint.list`. */
export interface EndpointListOut {
  readonly data: readonly EndpointOut[]
  readonly iterator: string | null
  readonly prevIterator: string | null
  readonly done: boolean
}

/** The answer of `endpoint.getSecret`. */
export interface EndpointGetSecretOut {
  readonly key: string
}

/** The answer of `endpoint.listSecrets`. */
export interface EndpointListSecretsOut {
  readonly data: readonly ({
    readonly id: string
    /** ISO 8601, UTC */
    readonly createdAt: string
    readonly expiresAt: string | null
    readonly signing: boolean
    readonly lastUsedAt: string | null
  })[]
}

/** The answer of `endpoint.rotateSecret`. */
export interface EndpointRotateSecretOut {
  readonly secret: string
  /** The same, for Svix's clients */
  readonly key?: string | undefined
}

/** The answer of `endpoint.test`. */
export interface EndpointTestOut {
  readonly id: string
  readonly n: number
  readonly manual: boolean
  readonly ok: boolean
  /** ISO 8601, UTC */
  readonly startedAt: string
  readonly durationMs: number
  readonly phases: Readonly<Record<string, number | boolean>>
  readonly request: {
    readonly url: string
    readonly headers: readonly (readonly [string, string])[]
    /** At most 16 KiB of it; null if it is no longer kept */
    readonly body: string | null
    readonly encoding: 'utf8' | 'base64'
    /** Of the whole body */
    readonly bytes: number | null
    readonly truncated: boolean
    readonly transformed: boolean
  }
  readonly response: {
    readonly status: number
    readonly headers: readonly (readonly [string, string])[]
    readonly body: string
    readonly encoding: 'utf8' | 'base64'
    readonly truncated: boolean
  } | null
  readonly failure: string | null
  readonly reason: string | null
  readonly nextStep: string | null
  readonly nextAttempt: string | null
}

/** The answer of `endpoint.recover`. */
export interface EndpointRecoverOut {
  readonly id: string
  readonly status: 'running'
  readonly task: 'endpoint.recover'
  /** ISO 8601, UTC */
  readonly updatedAt: string
}

/** The answer of `endpoint.replayMissing`. */
export interface EndpointReplayMissingOut {
  readonly id: string
  readonly status: 'running'
  readonly task: 'endpoint.replay'
  /** ISO 8601, UTC */
  readonly updatedAt: string
}

/** The answer of `endpoint.getHeaders`. */
export interface EndpointGetHeadersOut {
  readonly headers: Readonly<Record<string, string>>
  readonly sensitive: readonly string[]
}

/** The answer of `filter.test`. */
export interface FilterTestOut {
  readonly matches: boolean
  /** The first place of the payload that does not fit, as a JSON pointer */
  readonly reason: {
    readonly path: string
    readonly message: string
  } | null
}

/** The answer of `transformation.test`. */
export interface TransformationTestOut {
  /** What would be sent; null if nothing would be */
  readonly output: unknown
  /** The expression gave null or nothing: the delivery would be cancelled */
  readonly skipped: boolean
  /** Why the delivery would fail */
  readonly fault: {
    readonly code: string
    readonly reason: string
    readonly nextStep: string
  } | null
}

/** The answer of `message.list`. */
export interface MessageListOut {
  readonly data: readonly MessageOut[]
  readonly iterator: string | null
  readonly prevIterator: string | null
  readonly done: boolean
}

/** The answer of `message.createBatch`. */
export interface MessageCreateBatchOut {
  readonly accepted: number
  readonly refused: number
  readonly data: readonly ({
    readonly index: number
    readonly id: string | null
    readonly error: {
      readonly code: string
      readonly detail: string
      readonly errors: readonly ({
        readonly pointer: string
        readonly code: string
        readonly message: string
      })[]
    } | null
  })[]
}

/** The answer of `message.precheck`. */
export interface MessagePrecheckOut {
  readonly active: boolean
}

/** The answer of `messageAttempt.listByEndpoint`. */
export interface MessageAttemptListByEndpointOut {
  readonly data: readonly MessageAttemptOut[]
  readonly iterator: string | null
  readonly prevIterator: string | null
  readonly done: boolean
}

/** The answer of `messageAttempt.listByMsg`. */
export interface MessageAttemptListByMsgOut {
  readonly data: readonly MessageAttemptOut[]
  readonly iterator: string | null
  readonly prevIterator: string | null
  readonly done: boolean
}

/** The answer of `messageAttempt.listAttemptedMessages`. */
export interface MessageAttemptListAttemptedMessagesOut {
  readonly data: readonly ({
    readonly id: string
    readonly eventId: string | null
    readonly eventType: string
    readonly channels: readonly string[] | null
    readonly tags: readonly string[] | null
    readonly payload: Readonly<Record<string, unknown>>
    /** ISO 8601, UTC */
    readonly timestamp: string
    readonly status: 0 | 1 | 2 | 3
    readonly statusText: 'success' | 'pending' | 'fail' | 'sending'
    readonly nextAttempt: string | null
  })[]
  readonly iterator: string | null
  readonly prevIterator: string | null
  readonly done: boolean
}

/** The answer of `messageAttempt.listAttemptedDestinations`. */
export interface MessageAttemptListAttemptedDestinationsOut {
  readonly data: readonly ({
    readonly id: string
    readonly uid: string | null
    readonly url: string
    readonly description: string
    readonly eventTypes: readonly string[] | null
    /** An older name of eventTypes, for version 1 of Svix's clients */
    readonly filterTypes: readonly string[] | null
    readonly channels: readonly string[] | null
    readonly disabled: boolean
    readonly throttleRate: number | null
    /** An older name of throttleRate, for version 1 of Svix's clients */
    readonly rateLimit: number | null
    /** ISO 8601, UTC */
    readonly createdAt: string
    /** ISO 8601, UTC */
    readonly updatedAt: string
    readonly status: 0 | 1 | 2 | 3
    readonly statusText: 'success' | 'pending' | 'fail' | 'sending'
    readonly nextAttempt: string | null
  })[]
  readonly iterator: string | null
  readonly prevIterator: string | null
  readonly done: boolean
}

/** The answer of `messageAttempt.resend`. */
export interface MessageAttemptResendOut {
}

/** The answer of `endpoint.getStats`. */
export interface EndpointGetStatsOut {
  readonly success: number
  readonly pending: number
  readonly sending: number
  readonly fail: number
  readonly canceled: number
  readonly skipped: number
}

/** The answer of `delivery.list`. */
export interface DeliveryListOut {
  readonly data: readonly DeliveryOut[]
  readonly iterator: string | null
  readonly prevIterator: string | null
  readonly done: boolean
}

/** The answer of `delivery.listEverywhere`. */
export interface DeliveryListEverywhereOut {
  readonly data: readonly DeliveryOut[]
  readonly iterator: string | null
  readonly prevIterator: string | null
  readonly done: boolean
}

/** The answer of `delivery.listAttempts`. */
export interface DeliveryListAttemptsOut {
  readonly data: readonly EndpointTestOut[]
  readonly iterator: string | null
  readonly prevIterator: string | null
  readonly done: boolean
}

/** The answer of `delivery.cancelMany`. */
export interface DeliveryCancelManyOut {
  readonly cancelled: number
  /** Had ended before, or are none of this application */
  readonly skipped: number
}

/** The answer of `replay.list`. */
export interface ReplayListOut {
  readonly data: readonly ReplayOut[]
  readonly iterator: string | null
  readonly prevIterator: string | null
  readonly done: boolean
}

/** The answer of `system.list`. */
export interface SystemListOut {
  readonly data: readonly SystemOut[]
  readonly iterator: string | null
  readonly prevIterator: string | null
  readonly done: boolean
}

/** The answer of `stepKind.list`. */
export interface StepKindListOut {
  readonly data: readonly StepKindOut[]
  readonly iterator: string | null
  readonly prevIterator: string | null
  readonly done: boolean
}

/** The answer of `listener.list`. */
export interface ListenerListOut {
  readonly data: readonly ListenerOut[]
  readonly iterator: string | null
  readonly prevIterator: string | null
  readonly done: boolean
}

/** The answer of `listener.verify`. */
export interface ListenerVerifyOut {
  /** Whether it would be accepted now, origin, address and rate aside */
  readonly taken: boolean
  /** Whether it proves where it comes from */
  readonly verified: boolean
  /** What it is verified by: hmac, bearer, ...; none where anybody is taken */
  readonly scheme: string
  /** The end of the secret that it fits */
  readonly secretLast4: string | null
  /** Why it is not taken: an error code, or not_checkable where too little of it is kept to say; null where it is taken */
  readonly code: string | null
  readonly detail: string | null
}

/** The answer of `request.list`. */
export interface RequestListOut {
  readonly data: readonly RequestAcceptOut[]
  readonly iterator: string | null
  readonly prevIterator: string | null
  readonly done: boolean
}

/** The answer of `request.search`. */
export interface RequestSearchOut {
  readonly data: readonly RequestAcceptOut[]
  readonly iterator: string | null
  readonly prevIterator: string | null
  readonly done: boolean
}

/** The answer of `request.accept`, `request.resend`. */
export interface RequestAcceptOut {
  readonly id: string
  readonly listenerId: string | null
  readonly status: 'accepted' | 'duplicate' | 'rejected'
  /** Why it was rejected: an error code */
  readonly reason: string | null
  readonly detail: string | null
  readonly method: string
  readonly path: string
  /** As it was received, undecoded */
  readonly query: string
  readonly ip: string
  readonly contentType: string | null
  readonly eventType: string | null
  readonly duplicateOf: string | null
  readonly runIds: readonly string[]
  /** What its caller was answered; null while its flow has not answered */
  readonly replyStatus: number | null
  /** Milliseconds from its arrival until its answer was made; null before, and of copies that wait for the answer of the first */
  readonly durationMs: number | null
  /** ISO 8601, UTC */
  readonly receivedAt: string
  readonly bodyBytes: number
  /** How it proved where it comes from; null where it did not, or nothing was asked for it */
  readonly verified: {
    /** Of authentication: hmac, bearer, ... */
    readonly kind: string
    /** The end of the secret that it fits, empty of a short one; null where it fits none */
    readonly secretLast4: string | null
  } | null
  /** The request that it was made of by hand; null of one that came by itself */
  readonly origin: {
    /** Accepted after it had been refused, or an edited copy */
    readonly kind: 'accepted' | 'edited'
    readonly requestId: string
  } | null
}

/** The answer of `request.replayAll`. */
export interface RequestReplayAllOut {
  /** How many it would run again; at least so many, if the count is not exact */
  readonly matched: number
  readonly exact: boolean
  /** What each of them would run */
  readonly flows: readonly ({
    readonly id: string
    readonly version: number
  })[]
  /** The first ones */
  readonly sample: readonly RequestAcceptOut[]
}

/** The answer of `request.replay`. */
export interface RequestReplayOut {
  readonly runs: readonly ({
    readonly id: string
    readonly flowId: string
    readonly flowName: string | null
    readonly version: number
    readonly trigger: 'webhook' | 'job' | 'event' | 'schedule'
    readonly requestId: string | null
    readonly key: string
    readonly tags: readonly string[]
    readonly status: 'queued' | 'running' | 'waiting' | 'ok' | 'ko' | 'cancelled'
    /** ISO 8601, UTC */
    readonly createdAt: string
    readonly finishedAt: string | null
    readonly durationMs: number | null
    readonly errorCode: string | null
  })[]
}

/** The answer of `entry.list`. */
export interface EntryListOut {
  readonly data: readonly EntryOut[]
  readonly iterator: string | null
  readonly prevIterator: string | null
  readonly done: boolean
}

/** The answer of `entry.listVersions`. */
export interface EntryListVersionsOut {
  readonly data: readonly ({
    readonly version: number
    readonly contentType: string
    readonly size: number
    readonly sha256: string
    /** ISO 8601, UTC */
    readonly savedAt: string
    /** The id of a key, a member or a run */
    readonly savedBy: string
    /** How people know the key or member; null: a run, or it is no longer known */
    readonly savedByName: string | null
  })[]
}

/** The answer of `flow.list`. */
export interface FlowListOut {
  readonly data: readonly ({
    readonly id: string
    readonly uid: string | null
    /** Off: requests are kept, not run */
    readonly enabled: boolean
    readonly name: string
    readonly trigger: {
      readonly kind: 'webhook'
      readonly listener: string
    } | {
      readonly kind: 'job'
    } | {
      readonly kind: 'event'
      readonly eventTypes: readonly string[]
    } | {
      readonly kind: 'schedule'
      /** Minute, hour, day of the month, month, day of the week */
      readonly cron: string
      /** Such as Europe/Berlin; UTC if it is left out */
      readonly timeZone?: string | undefined
      /** What becomes of times that passed while no process ran: one run for all of them (`once`, unless said otherwise), or none */
      readonly missed?: 'once' | 'none' | undefined
    }
    readonly publishedVersion: number | null
    /** The draft differs from the published version */
    readonly changed: boolean
    /** When the published version starts by itself next; null if no schedule starts it */
    readonly nextAt: string | null
    /** ISO 8601, UTC */
    readonly createdAt: string
    /** ISO 8601, UTC */
    readonly updatedAt: string
  })[]
  readonly iterator: string | null
  readonly prevIterator: string | null
  readonly done: boolean
}

/** The answer of `flow.publish`. */
export interface FlowPublishOut {
  readonly flowId: string
  readonly version: number
  /** ISO 8601, UTC */
  readonly createdAt: string
  readonly createdBy: string
  /** Null: the member or key is no longer known */
  readonly createdByName: string | null
  readonly note: string | null
  /** SHA-256 of the definition; null for versions of before it was kept */
  readonly hash: string | null
  /** New runs take this version */
  readonly published: boolean
  readonly warnings: readonly ({
    readonly pointer: string
    readonly message: string
    readonly code: string
    /** Of the character in the field's text, from 1: where a template is wrong */
    readonly position?: number | undefined
  })[]
}

/** The answer of `flow.diff`. */
export interface FlowDiffOut {
  /** The version; null: the draft, or nothing where no version is published yet */
  readonly from: number | null
  readonly to: number | null
  readonly changes: readonly ({
    readonly change: 'added' | 'removed' | 'moved' | 'changed'
    /** Null: a field of the flow itself */
    readonly stepId: string | null
    /** Of the step */
    readonly kind: string | null
    /** Which one changed; null: all of the step */
    readonly field: string | null
    /** Where it stands: in `to`, or of what was removed in `from` */
    readonly pointer: string
    readonly before: unknown
    readonly after: unknown
  })[]
}

/** The answer of `flow.listVersions`. */
export interface FlowListVersionsOut {
  readonly data: readonly ({
    readonly flowId: string
    readonly version: number
    /** ISO 8601, UTC */
    readonly createdAt: string
    readonly createdBy: string
    /** Null: the member or key is no longer known */
    readonly createdByName: string | null
    readonly note: string | null
    /** SHA-256 of the definition; null for versions of before it was kept */
    readonly hash: string | null
    /** New runs take this version */
    readonly published: boolean
  })[]
  readonly iterator: string | null
  readonly prevIterator: string | null
  readonly done: boolean
}

/** The answer of `flow.getVersion`. */
export interface FlowGetVersionOut {
  readonly flowId: string
  readonly version: number
  /** ISO 8601, UTC */
  readonly createdAt: string
  readonly createdBy: string
  /** Null: the member or key is no longer known */
  readonly createdByName: string | null
  readonly note: string | null
  /** SHA-256 of the definition; null for versions of before it was kept */
  readonly hash: string | null
  /** New runs take this version */
  readonly published: boolean
  readonly definition: {
    readonly name: string
    readonly notes?: string | undefined
    readonly trigger: {
      readonly kind: 'webhook'
      readonly listener: string
    } | {
      readonly kind: 'job'
    } | {
      readonly kind: 'event'
      readonly eventTypes: readonly string[]
    } | {
      readonly kind: 'schedule'
      /** Minute, hour, day of the month, month, day of the week */
      readonly cron: string
      /** Such as Europe/Berlin; UTC if it is left out */
      readonly timeZone?: string | undefined
      /** What becomes of times that passed while no process ran: one run for all of them (`once`, unless said otherwise), or none */
      readonly missed?: 'once' | 'none' | undefined
    }
    readonly timeoutMs?: number | undefined
    /** So many runs at a time; the others wait in the order in which they came. Absent: as many as come */
    readonly concurrency?: number | undefined
    readonly steps: readonly FlowStep[]
    readonly rescue?: readonly FlowStep[] | undefined
  }
}

/** The answer of `flow.test`. */
export interface FlowTestOut {
  readonly status: 'ok' | 'ko'
  readonly errorCode: string | null
  /** The step that `until` names has ended, and nothing was run after it */
  readonly stopped: boolean
  /** What the mapping saw */
  readonly trigger: {
    readonly method: string | null
    readonly path: string | null
    readonly params: unknown
    readonly query: unknown
    readonly headers: unknown
    readonly body: unknown
  }
  readonly steps: readonly ({
    readonly id: string
    readonly kind: string
    /** In a for_each: which item it ran for, from 0; in one within another, both */
    readonly item: readonly number[] | null
    /** QUEUED: what it sends waits for its first try; ERR: that went wrong, and is tried again; CANCEL: its run ended before it */
    readonly status: 'OK' | 'KO' | 'ERR' | 'QUEUED' | 'SKIP' | 'CANCEL' | 'RUN'
    /** How it ended; of what is tried again (ERR): what went wrong */
    readonly code: string | null
    /** ISO 8601, UTC */
    readonly startedAt: string
    readonly durationMs: number
    /** What the step was about to do, without secrets */
    readonly input: unknown
    readonly output: unknown
    /** The input or the output was too large to keep: it has more than this many bytes */
    readonly truncatedBytes: number | null
    readonly warnings: readonly string[]
    readonly faults: readonly unknown[]
    /** What a step sent: the delivery that has its attempts */
    readonly deliveryId: string | null
    /** What a step emitted */
    readonly messageId: string | null
    /** Of a delay: the moment that it waits for, or waited for; of what is tried again (ERR): when */
    readonly waitsUntil: string | null
  })[]
  readonly faults: readonly unknown[]
  readonly meta: Readonly<Record<string, unknown>>
  /** What the caller would have been answered */
  readonly reply: {
    readonly status: number
    readonly headers: Readonly<Record<string, string | readonly string[]>>
    readonly body: string | null
    readonly encoding: 'utf8' | 'base64'
    /** The entry whose bytes are the body */
    readonly entry?: {
      readonly id: string
      /** Null: a file, which has only one */
      readonly version: number | null
      readonly size: number
    } | undefined
  } | null
  /** What would have been sent, or was; the output of the step shows the answer */
  readonly deliveries: readonly ({
    readonly stepId: string
    readonly event: string
    readonly body: string
  })[]
  readonly messages: readonly ({
    readonly eventType: string
    readonly eventId: string | null
    readonly channels: readonly string[] | null
    readonly data: unknown
  })[]
  /** What came of the second of `requests` and of those after it, in their order */
  readonly others: readonly ({
    readonly status: 'ok' | 'ko'
    readonly errorCode: string | null
    /** The step that `until` names has ended, and nothing was run after it */
    readonly stopped: boolean
    /** What the mapping saw */
    readonly trigger: {
      readonly method: string | null
      readonly path: string | null
      readonly params: unknown
      readonly query: unknown
      readonly headers: unknown
      readonly body: unknown
    }
    readonly steps: readonly ({
      readonly id: string
      readonly kind: string
      /** In a for_each: which item it ran for, from 0; in one within another, both */
      readonly item: readonly number[] | null
      /** QUEUED: what it sends waits for its first try; ERR: that went wrong, and is tried again; CANCEL: its run ended before it */
      readonly status: 'OK' | 'KO' | 'ERR' | 'QUEUED' | 'SKIP' | 'CANCEL' | 'RUN'
      /** How it ended; of what is tried again (ERR): what went wrong */
      readonly code: string | null
      /** ISO 8601, UTC */
      readonly startedAt: string
      readonly durationMs: number
      /** What the step was about to do, without secrets */
      readonly input: unknown
      readonly output: unknown
      /** The input or the output was too large to keep: it has more than this many bytes */
      readonly truncatedBytes: number | null
      readonly warnings: readonly string[]
      readonly faults: readonly unknown[]
      /** What a step sent: the delivery that has its attempts */
      readonly deliveryId: string | null
      /** What a step emitted */
      readonly messageId: string | null
      /** Of a delay: the moment that it waits for, or waited for; of what is tried again (ERR): when */
      readonly waitsUntil: string | null
    })[]
    readonly faults: readonly unknown[]
    readonly meta: Readonly<Record<string, unknown>>
    /** What the caller would have been answered */
    readonly reply: {
      readonly status: number
      readonly headers: Readonly<Record<string, string | readonly string[]>>
      readonly body: string | null
      readonly encoding: 'utf8' | 'base64'
      /** The entry whose bytes are the body */
      readonly entry?: {
        readonly id: string
        /** Null: a file, which has only one */
        readonly version: number | null
        readonly size: number
      } | undefined
    } | null
    /** What would have been sent, or was; the output of the step shows the answer */
    readonly deliveries: readonly ({
      readonly stepId: string
      readonly event: string
      readonly body: string
    })[]
    readonly messages: readonly ({
      readonly eventType: string
      readonly eventId: string | null
      readonly channels: readonly string[] | null
      readonly data: unknown
    })[]
  })[]
}

/** The answer of `mapping.test`. */
export interface MappingTestOut {
  readonly results: readonly ({
    /** The past request; null: a simulated one, or none */
    readonly request: string | null
    /** Of a condition: whether it holds. Null where there is a fault */
    readonly value: unknown
    readonly durationMs: number
    /** Paths that were read and are not there */
    readonly warnings: readonly string[]
    /** Why the step would be KO with this request */
    readonly fault: {
      readonly code: string
      readonly message: string
      readonly paths: readonly string[]
    } | null
  })[]
}

/** The answer of `schedule.times`. */
export interface ScheduleTimesOut {
  readonly data: readonly string[]
}

/** The answer of `template.list`. */
export interface TemplateListOut {
  readonly data: readonly TemplateOut[]
  readonly iterator: string | null
  readonly prevIterator: string | null
  readonly done: boolean
}

/** The answer of `template.apply`. */
export interface TemplateApplyOut {
  readonly template: string
  readonly name: string
  readonly listeners: readonly ListenerOut[]
  /** With their secrets, which are shown once */
  readonly endpoints: readonly EndpointCreateOut[]
  /** Published */
  readonly flows: readonly ({
    readonly id: string
    readonly uid: string | null
    /** Off: requests are kept, not run */
    readonly enabled: boolean
    readonly name: string
    readonly trigger: {
      readonly kind: 'webhook'
      readonly listener: string
    } | {
      readonly kind: 'job'
    } | {
      readonly kind: 'event'
      readonly eventTypes: readonly string[]
    } | {
      readonly kind: 'schedule'
      /** Minute, hour, day of the month, month, day of the week */
      readonly cron: string
      /** Such as Europe/Berlin; UTC if it is left out */
      readonly timeZone?: string | undefined
      /** What becomes of times that passed while no process ran: one run for all of them (`once`, unless said otherwise), or none */
      readonly missed?: 'once' | 'none' | undefined
    }
    readonly publishedVersion: number | null
    /** The draft differs from the published version */
    readonly changed: boolean
    /** When the published version starts by itself next; null if no schedule starts it */
    readonly nextAt: string | null
    /** ISO 8601, UTC */
    readonly createdAt: string
    /** ISO 8601, UTC */
    readonly updatedAt: string
  })[]
  readonly secrets: readonly ({
    /** Under this it is given in `secrets` */
    readonly name: string
    readonly label: string
    /** Where it is shown, or where it belongs */
    readonly where: string
    /** Who makes it. `posthorn`: made unless you give one, and shown once. `sender`: shown by the sender when it knows the URL, so it may come later. `you`: must be given */
    readonly from: 'posthorn' | 'sender' | 'you'
    /** Its name among the secrets of the application */
    readonly secret: string
    /** What Posthorn has made, shown once; null where it was given, or is asked for */
    readonly value: string | null
    /** Still asked for: until it is put, every request that needs it is refused */
    readonly asked: boolean
  })[]
}

/** The answer of `run.list`. */
export interface RunListOut {
  readonly data: readonly ({
    readonly id: string
    readonly flowId: string
    readonly flowName: string | null
    readonly version: number
    readonly trigger: 'webhook' | 'job' | 'event' | 'schedule'
    readonly requestId: string | null
    readonly key: string
    readonly tags: readonly string[]
    readonly status: 'queued' | 'running' | 'waiting' | 'ok' | 'ko' | 'cancelled'
    /** ISO 8601, UTC */
    readonly createdAt: string
    readonly finishedAt: string | null
    readonly durationMs: number | null
    readonly errorCode: string | null
  })[]
  readonly iterator: string | null
  readonly prevIterator: string | null
  readonly done: boolean
}

/** The answer of `run.steps`. */
export interface RunStepsOut {
  readonly data: readonly ({
    readonly id: string
    readonly kind: string
    /** In a for_each: which item it ran for, from 0; in one within another, both */
    readonly item: readonly number[] | null
    /** QUEUED: what it sends waits for its first try; ERR: that went wrong, and is tried again; CANCEL: its run ended before it */
    readonly status: 'OK' | 'KO' | 'ERR' | 'QUEUED' | 'SKIP' | 'CANCEL' | 'RUN'
    /** How it ended; of what is tried again (ERR): what went wrong */
    readonly code: string | null
    /** ISO 8601, UTC */
    readonly startedAt: string
    readonly durationMs: number
    /** What the step was about to do, without secrets */
    readonly input: unknown
    readonly output: unknown
    /** The input or the output was too large to keep: it has more than this many bytes */
    readonly truncatedBytes: number | null
    readonly warnings: readonly string[]
    readonly faults: readonly unknown[]
    /** What a step sent: the delivery that has its attempts */
    readonly deliveryId: string | null
    /** What a step emitted */
    readonly messageId: string | null
    /** Of a delay: the moment that it waits for, or waited for; of what is tried again (ERR): when */
    readonly waitsUntil: string | null
  })[]
}

/** The answer of `run.cancelMany`. */
export interface RunCancelManyOut {
  readonly cancelled: number
  /** Had ended before, or are none of this application */
  readonly skipped: number
}

/** The answer of `run.againMany`. */
export interface RunAgainManyOut {
  readonly matched: number
  readonly started: number
  /** Cannot be run again: the request or the flow is gone */
  readonly skipped: number
  /** The first ones: that were started, or of a dry run that would be */
  readonly sample: readonly ({
    readonly id: string
    readonly flowId: string
    readonly flowName: string | null
    readonly version: number
    readonly trigger: 'webhook' | 'job' | 'event' | 'schedule'
    readonly requestId: string | null
    readonly key: string
    readonly tags: readonly string[]
    readonly status: 'queued' | 'running' | 'waiting' | 'ok' | 'ko' | 'cancelled'
    /** ISO 8601, UTC */
    readonly createdAt: string
    readonly finishedAt: string | null
    readonly durationMs: number | null
    readonly errorCode: string | null
  })[]
  /** Where the next call goes on; null: there are no more */
  readonly iterator: string | null
  readonly done: boolean
}

/** The answer of `secret.list`. */
export interface SecretListOut {
  readonly data: readonly SecretOut[]
  readonly iterator: string | null
  readonly prevIterator: string | null
  readonly done: boolean
}

/** The answer of `connection.list`. */
export interface ConnectionListOut {
  readonly data: readonly ConnectionOut[]
  readonly iterator: string | null
  readonly prevIterator: string | null
  readonly done: boolean
}

/** The answer of `key.list`. */
export interface KeyListOut {
  readonly data: readonly KeyOut[]
  readonly iterator: string | null
  readonly prevIterator: string | null
  readonly done: boolean
}

/** The answer of `authentication.appPortalAccess`. */
export interface AuthenticationAppPortalAccessOut {
  readonly url: string
  readonly token: string
}

/** The answer of `member.list`. */
export interface MemberListOut {
  readonly data: readonly MemberOut[]
  readonly iterator: string | null
  readonly prevIterator: string | null
  readonly done: boolean
}

/** The answer of `member.reset`. */
export interface MemberResetOut {
  readonly link: string
  /** ISO 8601, UTC */
  readonly linkExpiresAt: string
}

/** The answer of `session.describeLink`. */
export interface SessionDescribeLinkOut {
  readonly kind: 'owner' | 'invite' | 'reset'
  readonly email: string | null
  readonly name: string
  /** ISO 8601, UTC */
  readonly expiresAt: string
}

/** The answer of `session.listProviders`. */
export interface SessionListProvidersOut {
  readonly data: readonly ({
    readonly id: string
    /** What the button says */
    readonly label: string
  })[]
}

/** The answer of `session.beginSignIn`. */
export interface SessionBeginSignInOut {
  readonly url: string
}

/** The answer of `audit.list`. */
export interface AuditListOut {
  readonly data: readonly ({
    readonly id: string
    /** ISO 8601, UTC */
    readonly at: string
    readonly applicationId: string | null
    /** The id of the member or key that did it, or "system" */
    readonly actor: string
    /** How people know it; null: it is no longer known, or none of both */
    readonly actorName: string | null
    /** noun.verb, such as endpoint.updated */
    readonly action: string
    readonly target: string
    readonly before: unknown
    readonly after: unknown
    readonly ip: string | null
  })[]
  readonly iterator: string | null
  readonly prevIterator: string | null
  readonly done: boolean
}

/** The answer of `health.live`. */
export interface HealthLiveOut {
  readonly status: 'ok'
}

/** The answer of `health.ready`. */
export interface HealthReadyOut {
  readonly status: 'ok'
  /** How long the write took */
  readonly writeMs: number
  /** How late the oldest due task is that nobody took */
  readonly oldestDueMs: number
}

/** What a failed call is answered, after RFC 9457. The client rejects with a `PosthornError` made of it. */
export interface Problem {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly code: 'authentication_failed' | 'session_ended' | 'sign_in_failed' | 'sign_in_expired' | 'sign_in_refused' | 'no_member' | 'provider_unavailable' | 'link_used_up' | 'cross_site_refused' | 'insufficient_access' | 'not_found' | 'method_not_allowed' | 'conflict' | 'event_type_exists' | 'idempotency_in_progress' | 'idempotency_answer_lost' | 'changed_meanwhile' | 'draft_changed' | 'precondition_failed' | 'precondition_required' | 'payload_too_large' | 'unsupported_media_type' | 'range_not_satisfiable' | 'validation_error' | 'idempotency_mismatch' | 'rate_limited' | 'malformed_json' | 'malformed_request' | 'http_version_unsupported' | 'limit_reached' | 'plan_fixed' | 'plan_in_use' | 'missing_payload' | 'secret_already_shown' | 'listener_answered' | 'nothing_to_run' | 'flow_disabled' | 'key_taken' | 'run_finished' | 'silo_full' | 'connection_in_use' | 'secret_in_use' | 'last_key' | 'last_owner' | 'application_reserved' | 'endpoint_disabled' | 'not_implemented' | 'overloaded' | 'stopping' | 'store_unavailable' | 'store_full' | 'store_read_only' | 'store_corrupt' | 'store_sync_failed' | 'store_lost' | 'secret_unreadable' | 'internal' | 'listener_not_found' | 'url_too_long' | 'body_too_slow' | 'transfer_encoding_unknown' | 'https_required' | 'loop_detected' | 'origin_not_allowed' | 'address_not_allowed' | 'api_key_missing' | 'api_key_wrong' | 'bearer_missing' | 'bearer_wrong' | 'basic_missing' | 'basic_wrong' | 'certificate_missing' | 'certificate_wrong' | 'signature_missing' | 'signature_malformed' | 'signature_mismatch' | 'timestamp_missing' | 'timestamp_malformed' | 'timestamp_stale' | 'token_missing' | 'token_wrong' | 'token_expired' | 'verification_unavailable' | 'secret_unusable' | 'too_many_events' | 'malformed_encoding' | 'malformed_xml' | 'malformed_multipart' | 'file_quota_reached' | 'unsupported_charset' | 'not_verified' | 'structure_mismatch' | 'no_flow' | 'reply_entry_gone' | 'run_cancelled'
  readonly detail: string
  readonly requestId: string
  /** The fields that are not as they should be, or that are taken; with 422 always */
  readonly errors?: readonly ({
    /** A JSON pointer into the body, or ?name */
    readonly pointer: string
    readonly message: string
    readonly code: string
    /** Of the character in the field's text, from 1: where a template is wrong */
    readonly position?: number | undefined
  })[] | undefined
}

/** The same where fields are not as they should be: `errors` names each. */
export interface InvalidProblem {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly code: 'authentication_failed' | 'session_ended' | 'sign_in_failed' | 'sign_in_expired' | 'sign_in_refused' | 'no_member' | 'provider_unavailable' | 'link_used_up' | 'cross_site_refused' | 'insufficient_access' | 'not_found' | 'method_not_allowed' | 'conflict' | 'event_type_exists' | 'idempotency_in_progress' | 'idempotency_answer_lost' | 'changed_meanwhile' | 'draft_changed' | 'precondition_failed' | 'precondition_required' | 'payload_too_large' | 'unsupported_media_type' | 'range_not_satisfiable' | 'validation_error' | 'idempotency_mismatch' | 'rate_limited' | 'malformed_json' | 'malformed_request' | 'http_version_unsupported' | 'limit_reached' | 'plan_fixed' | 'plan_in_use' | 'missing_payload' | 'secret_already_shown' | 'listener_answered' | 'nothing_to_run' | 'flow_disabled' | 'key_taken' | 'run_finished' | 'silo_full' | 'connection_in_use' | 'secret_in_use' | 'last_key' | 'last_owner' | 'application_reserved' | 'endpoint_disabled' | 'not_implemented' | 'overloaded' | 'stopping' | 'store_unavailable' | 'store_full' | 'store_read_only' | 'store_corrupt' | 'store_sync_failed' | 'store_lost' | 'secret_unreadable' | 'internal' | 'listener_not_found' | 'url_too_long' | 'body_too_slow' | 'transfer_encoding_unknown' | 'https_required' | 'loop_detected' | 'origin_not_allowed' | 'address_not_allowed' | 'api_key_missing' | 'api_key_wrong' | 'bearer_missing' | 'bearer_wrong' | 'basic_missing' | 'basic_wrong' | 'certificate_missing' | 'certificate_wrong' | 'signature_missing' | 'signature_malformed' | 'signature_mismatch' | 'timestamp_missing' | 'timestamp_malformed' | 'timestamp_stale' | 'token_missing' | 'token_wrong' | 'token_expired' | 'verification_unavailable' | 'secret_unusable' | 'too_many_events' | 'malformed_encoding' | 'malformed_xml' | 'malformed_multipart' | 'file_quota_reached' | 'unsupported_charset' | 'not_verified' | 'structure_mismatch' | 'no_flow' | 'reply_entry_gone' | 'run_cancelled'
  readonly detail: readonly ({
    readonly loc: readonly string[]
    readonly msg: string
    readonly type: string
  })[]
  readonly requestId: string
  /** The fields that are not as they should be, or that are taken; with 422 always */
  readonly errors: readonly ({
    /** A JSON pointer into the body, or ?name */
    readonly pointer: string
    readonly message: string
    readonly code: string
    /** Of the character in the field's text, from 1: where a template is wrong */
    readonly position?: number | undefined
  })[]
}

/** The query of `application.list`; everything in it may be left out. */
export interface ApplicationListQuery {
  /** Items of a page, 1 to 250; absent: 50 */
  readonly limit?: number | undefined
  /** Where to go on: `iterator` of the page before, or its `prevIterator` to go back */
  readonly iterator?: string | undefined
  /** By age */
  readonly order?: 'ascending' | 'descending' | undefined
  /** In its id, uid, name, description, e-mail address or URL; capital or small letters alike. A page may come back short with "done": false */
  readonly text?: string | undefined
  /** Only these, by id or uid, with commas */
  readonly ids?: string | readonly string[] | undefined
  /** Leave out applications that have no endpoint */
  readonly exclude_apps_with_no_endpoints?: boolean | undefined
  /** Leave out applications that have endpoints, all of them disabled */
  readonly exclude_apps_with_disabled_endpoints?: boolean | undefined
  /** Leave out applications that have endpoints, all of them at Svix Play */
  readonly exclude_apps_with_svix_play_endpoints?: boolean | undefined
  /** Also the application posthorn, which is Posthorn's own */
  readonly include_system?: boolean | undefined
}

/** The query of `application.create`; everything in it may be left out. */
export interface ApplicationCreateQuery {
  /** Answer with the one that has this uid, if there is one */
  readonly get_if_exists?: boolean | undefined
}

/** The query of `application.getStats`; everything in it may be left out. */
export interface ApplicationGetStatsQuery {
  /** Where the range begins; absent: 60 minutes, 24 hours or 30 days before its end */
  readonly since?: string | undefined
  /** Where it ends; absent: now */
  readonly until?: string | undefined
  /** How finely it is counted */
  readonly bucket?: 'minute' | 'hour' | 'day' | undefined
  /** With group_by: of the groups only these, by their key, with commas; absent: the 100 largest */
  readonly groups?: string | readonly string[] | undefined
  /** To this endpoint, by id or uid */
  readonly endpoint_id?: string | undefined
  /** Counted apart as well: endpoint */
  readonly group_by?: 'endpoint' | undefined
}

/** The query of `application.getRequestStats`; everything in it may be left out. */
export interface ApplicationGetRequestStatsQuery {
  /** Where the range begins; absent: 60 minutes, 24 hours or 30 days before its end */
  readonly since?: string | undefined
  /** Where it ends; absent: now */
  readonly until?: string | undefined
  /** How finely it is counted */
  readonly bucket?: 'minute' | 'hour' | 'day' | undefined
  /** With group_by: of the groups only these, by their key, with commas; absent: the 100 largest */
  readonly groups?: string | readonly string[] | undefined
  /** By id or uid; absent: all, deleted ones too */
  readonly listener?: string | undefined
  /** Counted apart as well */
  readonly group_by?: 'listener' | 'status' | 'reason' | undefined
}

/** The query of `application.getRunStats`; everything in it may be left out. */
export interface ApplicationGetRunStatsQuery {
  /** Where the range begins; absent: 60 minutes, 24 hours or 30 days before its end */
  readonly since?: string | undefined
  /** Where it ends; absent: now */
  readonly until?: string | undefined
  /** How finely it is counted */
  readonly bucket?: 'minute' | 'hour' | 'day' | undefined
  /** With group_by: of the groups only these, by their key, with commas; absent: the 100 largest */
  readonly groups?: string | readonly string[] | undefined
  /** By id or uid; absent: all, deleted ones too */
  readonly flow?: string | undefined
  /** Counted apart as well */
  readonly group_by?: 'flow' | 'status' | undefined
}

/** The query of `stream.listen`; everything in it may be left out. */
export interface StreamListenQuery {
  /** Some of request, run, message, delivery, endpoint, with commas between them; absent: all */
  readonly topics?: string | readonly string[] | undefined
}

/** The query of `view.list`; everything in it may be left out. */
export interface ViewListQuery {
  /** Items of a page, 1 to 250; absent: 50 */
  readonly limit?: number | undefined
  /** Where to go on: `iterator` of the page before, or its `prevIterator` to go back */
  readonly iterator?: string | undefined
  /** By age */
  readonly order?: 'ascending' | 'descending' | undefined
  /** Of this list only */
  readonly list?: 'requests' | 'runs' | 'messages' | 'deliveries' | undefined
}

/** The query of `plan.list`; everything in it may be left out. */
export interface PlanListQuery {
  /** Items of a page, 1 to 250; absent: 50 */
  readonly limit?: number | undefined
  /** Where to go on: `iterator` of the page before, or its `prevIterator` to go back */
  readonly iterator?: string | undefined
  /** By age */
  readonly order?: 'ascending' | 'descending' | undefined
  /** In its id, uid, name, description, e-mail address or URL; capital or small letters alike. A page may come back short with "done": false */
  readonly text?: string | undefined
}

/** The query of `eventType.list`; everything in it may be left out. */
export interface EventTypeListQuery {
  /** Items of a page, 1 to 250; absent: 50 */
  readonly limit?: number | undefined
  /** Where to go on: `iterator` of the page before, or its `prevIterator` to go back */
  readonly iterator?: string | undefined
  /** By age */
  readonly order?: 'ascending' | 'descending' | undefined
  /** In its id, uid, name, description, e-mail address or URL; capital or small letters alike. A page may come back short with "done": false */
  readonly text?: string | undefined
  /** Also those that were archived */
  readonly include_archived?: boolean | undefined
  /** Whether schemas and examples are returned */
  readonly with_content?: boolean | undefined
}

/** The query of `eventType.delete`; everything in it may be left out. */
export interface EventTypeDeleteQuery {
  /** Remove it for good */
  readonly expunge?: boolean | undefined
}

/** The query of `endpoint.list`; everything in it may be left out. */
export interface EndpointListQuery {
  /** Items of a page, 1 to 250; absent: 50 */
  readonly limit?: number | undefined
  /** Where to go on: `iterator` of the page before, or its `prevIterator` to go back */
  readonly iterator?: string | undefined
  /** By age */
  readonly order?: 'ascending' | 'descending' | undefined
  /** In its id, uid, name, description, e-mail address or URL; capital or small letters alike. A page may come back short with "done": false */
  readonly text?: string | undefined
  /** Only these, by id or uid, with commas */
  readonly ids?: string | readonly string[] | undefined
  /** One or several, with commas: active, paused, disabled */
  readonly state?: string | readonly string[] | undefined
}

/** The query of `endpoint.rotateSecret`; everything in it may be left out. */
export interface EndpointRotateSecretQuery {
  /** Answer with the new secret; else it can be read for 10 minutes */
  readonly with_secret?: boolean | undefined
}

/** The query of `message.list`; everything in it may be left out. */
export interface MessageListQuery {
  /** Items of a page, 1 to 250; absent: 50 */
  readonly limit?: number | undefined
  /** Where to go on: `iterator` of the page before, or its `prevIterator` to go back */
  readonly iterator?: string | undefined
  /** On this channel */
  readonly channel?: string | undefined
  /** With this tag */
  readonly tag?: string | undefined
  /** From before this time, such as 2030-01-31T00:00:00Z */
  readonly before?: string | undefined
  /** From after this time, such as 2030-01-31T00:00:00Z */
  readonly after?: string | undefined
  /** One or several names, with commas */
  readonly event_types?: string | readonly string[] | undefined
  /** Whether payloads are returned */
  readonly with_content?: boolean | undefined
  /** Whether the deliveries of each are counted */
  readonly with_deliveries?: boolean | undefined
}

/** The query of `message.create`; everything in it may be left out. */
export interface MessageCreateQuery {
  /** Whether payloads are returned */
  readonly with_content?: boolean | undefined
}

/** The query of `message.get`; everything in it may be left out. */
export interface MessageGetQuery {
  /** Whether payloads are returned */
  readonly with_content?: boolean | undefined
}

/** The query of `messageAttempt.listByEndpoint`; everything in it may be left out. */
export interface MessageAttemptListByEndpointQuery {
  /** Items of a page, 1 to 250; absent: 50 */
  readonly limit?: number | undefined
  /** Where to go on: `iterator` of the page before, or its `prevIterator` to go back */
  readonly iterator?: string | undefined
  /** For clients of Svix; makes no difference */
  readonly expanded_statuses?: boolean | undefined
  /** 0 success, 1 pending, 2 fail, 3 sending */
  readonly status?: number | undefined
  /** Of the answer: 200 for 200 to 299, and so on; 0: no answer came */
  readonly status_code_class?: number | undefined
  /** Of messages on this channel */
  readonly channel?: string | undefined
  /** Of messages with this tag */
  readonly tag?: string | undefined
  /** From before this time, such as 2030-01-31T00:00:00Z */
  readonly before?: string | undefined
  /** From after this time, such as 2030-01-31T00:00:00Z */
  readonly after?: string | undefined
  /** One or several names, with commas */
  readonly event_types?: string | readonly string[] | undefined
  /** Whether the answers of receivers are returned */
  readonly with_content?: boolean | undefined
  /** Also the message of each, without its payload */
  readonly with_msg?: boolean | undefined
}

/** The query of `messageAttempt.listByMsg`; everything in it may be left out. */
export interface MessageAttemptListByMsgQuery {
  /** Items of a page, 1 to 250; absent: 50 */
  readonly limit?: number | undefined
  /** Where to go on: `iterator` of the page before, or its `prevIterator` to go back */
  readonly iterator?: string | undefined
  /** For clients of Svix; makes no difference */
  readonly expanded_statuses?: boolean | undefined
  /** 0 success, 1 pending, 2 fail, 3 sending */
  readonly status?: number | undefined
  /** Of the answer: 200 for 200 to 299, and so on; 0: no answer came */
  readonly status_code_class?: number | undefined
  /** Of messages on this channel */
  readonly channel?: string | undefined
  /** Of messages with this tag */
  readonly tag?: string | undefined
  /** From before this time, such as 2030-01-31T00:00:00Z */
  readonly before?: string | undefined
  /** From after this time, such as 2030-01-31T00:00:00Z */
  readonly after?: string | undefined
  /** One or several names, with commas */
  readonly event_types?: string | readonly string[] | undefined
  /** Whether the answers of receivers are returned */
  readonly with_content?: boolean | undefined
  /** To this endpoint, by id or uid */
  readonly endpoint_id?: string | undefined
}

/** The query of `messageAttempt.listAttemptedMessages`; everything in it may be left out. */
export interface MessageAttemptListAttemptedMessagesQuery {
  /** Items of a page, 1 to 250; absent: 50 */
  readonly limit?: number | undefined
  /** Where to go on: `iterator` of the page before, or its `prevIterator` to go back */
  readonly iterator?: string | undefined
  /** For clients of Svix; makes no difference */
  readonly expanded_statuses?: boolean | undefined
  /** Of messages on this channel */
  readonly channel?: string | undefined
  /** Of messages with this tag */
  readonly tag?: string | undefined
  /** 0 success, 1 pending, 2 fail, 3 sending */
  readonly status?: number | undefined
  /** From before this time, such as 2030-01-31T00:00:00Z */
  readonly before?: string | undefined
  /** From after this time, such as 2030-01-31T00:00:00Z */
  readonly after?: string | undefined
  /** One or several names, with commas */
  readonly event_types?: string | readonly string[] | undefined
  /** Whether payloads are returned */
  readonly with_content?: boolean | undefined
}

/** The query of `messageAttempt.get`; everything in it may be left out. */
export interface MessageAttemptGetQuery {
  /** For clients of Svix; makes no difference */
  readonly expanded_statuses?: boolean | undefined
}

/** The query of `messageAttempt.listAttemptedDestinations`; everything in it may be left out. */
export interface MessageAttemptListAttemptedDestinationsQuery {
  /** Items of a page, 1 to 250; absent: 50 */
  readonly limit?: number | undefined
  /** Where to go on: `iterator` of the page before, or its `prevIterator` to go back */
  readonly iterator?: string | undefined
}

/** The query of `endpoint.getStats`; everything in it may be left out. */
export interface EndpointGetStatsQuery {
  /** Of messages from this time on */
  readonly since?: string | undefined
  /** Of messages from before this time */
  readonly until?: string | undefined
}

/** The query of `delivery.list`; everything in it may be left out. */
export interface DeliveryListQuery {
  /** Items of a page, 1 to 250; absent: 50 */
  readonly limit?: number | undefined
  /** Where to go on: `iterator` of the page before, or its `prevIterator` to go back */
  readonly iterator?: string | undefined
  /** One or several, with commas: waiting, sending, throttled, held, delivered, failed, cancelled */
  readonly status?: string | readonly string[] | undefined
  /** To this endpoint, by id or uid */
  readonly endpoint_id?: string | undefined
  /** Of this message */
  readonly message_id?: string | undefined
  /** Of the steps of this run */
  readonly run_id?: string | undefined
  /** One or several, with commas: names, or groups as invoice.* */
  readonly event_types?: string | readonly string[] | undefined
  /** Of the last answer: 200 for 200 to 299, and so on; 0: no answer came */
  readonly status_code_class?: number | undefined
  /** Code of the last failure, such as connect_refused */
  readonly failure?: string | undefined
  /** That took at least so many milliseconds from being made to their end, retries included */
  readonly min_duration_ms?: number | undefined
  /** From before this time, such as 2030-01-31T00:00:00Z */
  readonly before?: string | undefined
  /** From after this time, such as 2030-01-31T00:00:00Z */
  readonly after?: string | undefined
  /** The id of a delivery, an attempt, a message or a run, an event id, or text as it stands in the payload */
  readonly text?: string | undefined
}

/** The query of `delivery.listEverywhere`; everything in it may be left out. */
export interface DeliveryListEverywhereQuery {
  /** Items of a page, 1 to 250; absent: 50 */
  readonly limit?: number | undefined
  /** Where to go on: `iterator` of the page before, or its `prevIterator` to go back */
  readonly iterator?: string | undefined
  /** One or several, with commas: waiting, sending, throttled, held, delivered, failed, cancelled */
  readonly status?: string | readonly string[] | undefined
  /** To this endpoint, by id or uid */
  readonly endpoint_id?: string | undefined
  /** Of this message */
  readonly message_id?: string | undefined
  /** Of the steps of this run */
  readonly run_id?: string | undefined
  /** One or several, with commas: names, or groups as invoice.* */
  readonly event_types?: string | readonly string[] | undefined
  /** Of the last answer: 200 for 200 to 299, and so on; 0: no answer came */
  readonly status_code_class?: number | undefined
  /** Code of the last failure, such as connect_refused */
  readonly failure?: string | undefined
  /** That took at least so many milliseconds from being made to their end, retries included */
  readonly min_duration_ms?: number | undefined
  /** From before this time, such as 2030-01-31T00:00:00Z */
  readonly before?: string | undefined
  /** From after this time, such as 2030-01-31T00:00:00Z */
  readonly after?: string | undefined
  /** The id of a delivery, an attempt, a message or a run, an event id, or text as it stands in the payload */
  readonly text?: string | undefined
}

/** The query of `delivery.listAttempts`; everything in it may be left out. */
export interface DeliveryListAttemptsQuery {
  /** Items of a page, 1 to 250; absent: 50 */
  readonly limit?: number | undefined
  /** Where to go on: `iterator` of the page before, or its `prevIterator` to go back */
  readonly iterator?: string | undefined
}

/** The query of `replay.list`; everything in it may be left out. */
export interface ReplayListQuery {
  /** Items of a page, 1 to 250; absent: 50 */
  readonly limit?: number | undefined
  /** Where to go on: `iterator` of the page before, or its `prevIterator` to go back */
  readonly iterator?: string | undefined
}

/** The query of `system.list`; everything in it may be left out. */
export interface SystemListQuery {
  /** Items of a page, 1 to 250; absent: 50 */
  readonly limit?: number | undefined
  /** Where to go on: `iterator` of the page before, or its `prevIterator` to go back */
  readonly iterator?: string | undefined
  /** By age */
  readonly order?: 'ascending' | 'descending' | undefined
}

/** The query of `stepKind.list`; everything in it may be left out. */
export interface StepKindListQuery {
  /** Items of a page, 1 to 250; absent: 50 */
  readonly limit?: number | undefined
  /** Where to go on: `iterator` of the page before, or its `prevIterator` to go back */
  readonly iterator?: string | undefined
  /** By age */
  readonly order?: 'ascending' | 'descending' | undefined
  /** Of this section of the palette */
  readonly section?: 'Built-in Function' | 'Notify' | 'Data' | 'Logic' | 'Connect' | undefined
}

/** The query of `listener.list`; everything in it may be left out. */
export interface ListenerListQuery {
  /** Items of a page, 1 to 250; absent: 50 */
  readonly limit?: number | undefined
  /** Where to go on: `iterator` of the page before, or its `prevIterator` to go back */
  readonly iterator?: string | undefined
  /** By age */
  readonly order?: 'ascending' | 'descending' | undefined
  /** In its id, uid, name, description, e-mail address or URL; capital or small letters alike. A page may come back short with "done": false */
  readonly text?: string | undefined
  /** Only these, by id or uid, with commas */
  readonly ids?: string | readonly string[] | undefined
  /** Of one or several systems, with commas */
  readonly system?: string | readonly string[] | undefined
  /** With one or several kinds of authentication, with commas: none, api_key, bearer, basic, mtls, token, hmac, hash, ed25519, ecdsa, rsa, jwt, preset */
  readonly auth?: string | readonly string[] | undefined
}

/** The query of `request.list`; everything in it may be left out. */
export interface RequestListQuery {
  /** Items of a page, 1 to 250; absent: 50 */
  readonly limit?: number | undefined
  /** Where to go on: `iterator` of the page before, or its `prevIterator` to go back */
  readonly iterator?: string | undefined
  /** What became of it */
  readonly status?: 'accepted' | 'duplicate' | 'rejected' | undefined
  /** Why it was rejected: a code, such as signature_mismatch */
  readonly reason?: string | undefined
  /** As the sender calls it */
  readonly event_type?: string | undefined
  /** Of HTTP, such as POST */
  readonly method?: string | undefined
  /** That took at least so many milliseconds until they were answered */
  readonly min_duration_ms?: number | undefined
  /** From before this time, such as 2030-01-31T00:00:00Z */
  readonly before?: string | undefined
  /** From after this time, such as 2030-01-31T00:00:00Z */
  readonly after?: string | undefined
}

/** The query of `request.search`; everything in it may be left out. */
export interface RequestSearchQuery {
  /** Items of a page, 1 to 250; absent: 50 */
  readonly limit?: number | undefined
  /** Where to go on: `iterator` of the page before, or its `prevIterator` to go back */
  readonly iterator?: string | undefined
  /** What became of it */
  readonly status?: 'accepted' | 'duplicate' | 'rejected' | undefined
  /** Why it was rejected: a code, such as signature_mismatch */
  readonly reason?: string | undefined
  /** As the sender calls it */
  readonly event_type?: string | undefined
  /** Of HTTP, such as POST */
  readonly method?: string | undefined
  /** That took at least so many milliseconds until they were answered */
  readonly min_duration_ms?: number | undefined
  /** From before this time, such as 2030-01-31T00:00:00Z */
  readonly before?: string | undefined
  /** From after this time, such as 2030-01-31T00:00:00Z */
  readonly after?: string | undefined
  /** Of what its caller was answered: 200 for 200 to 299, and so on; 0: nothing yet */
  readonly status_code_class?: number | undefined
  /** By id or uid; absent: all, deleted ones too */
  readonly listener?: string | undefined
  /** The id of a request, a deduplication key, or text as it stands in the body */
  readonly text?: string | undefined
}

/** The query of `entry.list`; everything in it may be left out. */
export interface EntryListQuery {
  /** Items of a page, 1 to 250; absent: 50 */
  readonly limit?: number | undefined
  /** Where to go on: `iterator` of the page before, or its `prevIterator` to go back */
  readonly iterator?: string | undefined
  /** Of the silo, or files that came with requests */
  readonly kind?: 'silo' | 'file' | undefined
  /** With exactly this key */
  readonly key?: string | undefined
  /** With this tag */
  readonly tag?: string | undefined
  /** Where in its document `value` stands: `order.total`, or `lines[].sku` for any item */
  readonly path?: string | undefined
  /** What stands at `path`, as text */
  readonly value?: string | undefined
  /** Of this listener, by id or uid */
  readonly listener_id?: string | undefined
  /** That came with this request */
  readonly request_id?: string | undefined
  /** From before this time, such as 2030-01-31T00:00:00Z */
  readonly before?: string | undefined
  /** From after this time, such as 2030-01-31T00:00:00Z */
  readonly after?: string | undefined
}

/** The query of `entry.update`; everything in it may be left out. */
export interface EntryUpdateQuery {
  /** The version that is replaced, in place of an If-Match */
  readonly version?: number | undefined
}

/** The query of `entry.getContent`; everything in it may be left out. */
export interface EntryGetContentQuery {
  /** Of the silo; absent: the last one */
  readonly version?: number | undefined
}

/** The query of `flow.list`; everything in it may be left out. */
export interface FlowListQuery {
  /** Items of a page, 1 to 250; absent: 50 */
  readonly limit?: number | undefined
  /** Where to go on: `iterator` of the page before, or its `prevIterator` to go back */
  readonly iterator?: string | undefined
  /** By age */
  readonly order?: 'ascending' | 'descending' | undefined
  /** In its id, uid, name, description, e-mail address or URL; capital or small letters alike. A page may come back short with "done": false */
  readonly text?: string | undefined
  /** Only these, by id or uid, with commas */
  readonly ids?: string | readonly string[] | undefined
}

/** The query of `flow.delete`; everything in it may be left out. */
export interface FlowDeleteQuery {
  /** Cancel its runs instead of letting them finish */
  readonly cancel?: boolean | undefined
}

/** The query of `flow.diff`; everything in it may be left out. */
export interface FlowDiffQuery {
  /** A version, `draft` or `published`; absent: what is published */
  readonly from?: string | undefined
  /** Likewise */
  readonly to?: string | undefined
}

/** The query of `flow.listVersions`; everything in it may be left out. */
export interface FlowListVersionsQuery {
  /** Items of a page, 1 to 250; absent: 50 */
  readonly limit?: number | undefined
  /** Where to go on: `iterator` of the page before, or its `prevIterator` to go back */
  readonly iterator?: string | undefined
  /** By age */
  readonly order?: 'ascending' | 'descending' | undefined
}

/** The query of `schedule.times`; everything in it may be left out. */
export interface ScheduleTimesQuery {
  /** Minute, hour, day of the month, month, day of the week */
  readonly cron?: string | undefined
  /** Such as Europe/Berlin; UTC if it is left out */
  readonly time_zone?: string | undefined
  /** How many */
  readonly limit?: number | undefined
}

/** The query of `template.list`; everything in it may be left out. */
export interface TemplateListQuery {
  /** Items of a page, 1 to 250; absent: 50 */
  readonly limit?: number | undefined
  /** Where to go on: `iterator` of the page before, or its `prevIterator` to go back */
  readonly iterator?: string | undefined
  /** By age */
  readonly order?: 'ascending' | 'descending' | undefined
  /** Those that receive from this system */
  readonly system?: string | undefined
}

/** The query of `run.list`; everything in it may be left out. */
export interface RunListQuery {
  /** Items of a page, 1 to 250; absent: 50 */
  readonly limit?: number | undefined
  /** Where to go on: `iterator` of the page before, or its `prevIterator` to go back */
  readonly iterator?: string | undefined
  /** Of this flow, by id or uid */
  readonly flow?: string | undefined
  /** How far it is, or how it ended */
  readonly status?: 'queued' | 'running' | 'waiting' | 'ok' | 'ko' | 'cancelled' | undefined
  /** What started it */
  readonly trigger?: 'webhook' | 'job' | 'event' | 'schedule' | undefined
  /** With exactly this key */
  readonly key?: string | undefined
  /** With this tag */
  readonly tag?: string | undefined
  /** That ended with this code */
  readonly errorCode?: string | undefined
  /** That took at least so many milliseconds from their start to their end */
  readonly minDurationMs?: number | undefined
  /** From before this time, such as 2030-01-31T00:00:00Z */
  readonly before?: string | undefined
  /** From after this time, such as 2030-01-31T00:00:00Z */
  readonly after?: string | undefined
}

/** The query of `run.create`; everything in it may be left out. */
export interface RunCreateQuery {
  /** Seconds to wait for the end of the run */
  readonly wait?: number | undefined
}

/** The query of `run.again`; everything in it may be left out. */
export interface RunAgainQuery {
  /** Seconds to wait for the end of the run */
  readonly wait?: number | undefined
}

/** The query of `secret.list`; everything in it may be left out. */
export interface SecretListQuery {
  /** Items of a page, 1 to 250; absent: 50 */
  readonly limit?: number | undefined
  /** Where to go on: `iterator` of the page before, or its `prevIterator` to go back */
  readonly iterator?: string | undefined
  /** By age */
  readonly order?: 'ascending' | 'descending' | undefined
  /** In its id, uid, name, description, e-mail address or URL; capital or small letters alike. A page may come back short with "done": false */
  readonly text?: string | undefined
}

/** The query of `connection.list`; everything in it may be left out. */
export interface ConnectionListQuery {
  /** Items of a page, 1 to 250; absent: 50 */
  readonly limit?: number | undefined
  /** Where to go on: `iterator` of the page before, or its `prevIterator` to go back */
  readonly iterator?: string | undefined
  /** By age */
  readonly order?: 'ascending' | 'descending' | undefined
  /** In its id, uid, name, description, e-mail address or URL; capital or small letters alike. A page may come back short with "done": false */
  readonly text?: string | undefined
}

/** The query of `key.list`; everything in it may be left out. */
export interface KeyListQuery {
  /** Items of a page, 1 to 250; absent: 50 */
  readonly limit?: number | undefined
  /** Where to go on: `iterator` of the page before, or its `prevIterator` to go back */
  readonly iterator?: string | undefined
  /** By age */
  readonly order?: 'ascending' | 'descending' | undefined
  /** In its id, uid, name, description, e-mail address or URL; capital or small letters alike. A page may come back short with "done": false */
  readonly text?: string | undefined
  /** Also those that no longer hold */
  readonly include_revoked?: boolean | undefined
  /** Of programs, or of visits of the portal */
  readonly kind?: 'key' | 'portal' | undefined
  /** Of this application, by id or uid */
  readonly application?: string | undefined
}

/** The query of `member.list`; everything in it may be left out. */
export interface MemberListQuery {
  /** Items of a page, 1 to 250; absent: 50 */
  readonly limit?: number | undefined
  /** Where to go on: `iterator` of the page before, or its `prevIterator` to go back */
  readonly iterator?: string | undefined
  /** By age */
  readonly order?: 'ascending' | 'descending' | undefined
  /** In its id, uid, name, description, e-mail address or URL; capital or small letters alike. A page may come back short with "done": false */
  readonly text?: string | undefined
}

/** The query of `audit.list`; everything in it may be left out. */
export interface AuditListQuery {
  /** Items of a page, 1 to 250; absent: 50 */
  readonly limit?: number | undefined
  /** Where to go on: `iterator` of the page before, or its `prevIterator` to go back */
  readonly iterator?: string | undefined
  /** Of this application, by id or uid */
  readonly application?: string | undefined
  /** By this member or key, by its id */
  readonly actor?: string | undefined
  /** Such as endpoint.updated */
  readonly action?: string | undefined
  /** Of this object, by its id */
  readonly target?: string | undefined
  /** From before this time, such as 2030-01-31T00:00:00Z */
  readonly before?: string | undefined
  /** From after this time, such as 2030-01-31T00:00:00Z */
  readonly after?: string | undefined
}
