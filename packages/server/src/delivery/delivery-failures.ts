import type { Failure } from '#platform'

/** Why a delivery ended without a call, or with a response that no status explains. What calls themselves may meet is in egress's catalogue. */
export const deliveryFailures = {
  transformation_error: {
    sentence: "The endpoint's transformation failed on this payload.",
    nextStep: 'Try the expression with this message (transformation/test), correct it, and send the message again.',
    hopeless: true,
  },
  transformation_timeout: {
    sentence: "The endpoint's transformation took too long.",
    nextStep: 'Simplify the expression: it has a quarter of a second. Then send the message again.',
    hopeless: true,
  },
  transformation_memory: {
    sentence: "The endpoint's transformation needed more memory than it may have.",
    nextStep: 'Make the expression build smaller texts and lists, and send the message again.',
    hopeless: true,
  },
  transformation_too_large: {
    sentence: "What the endpoint's transformation made is too large to be sent.",
    nextStep: 'Make the expression give at most 1 MiB of JSON, and send the message again.',
    hopeless: true,
  },
  transformation_invalid: {
    sentence: "The endpoint's transformation cannot be read by this version of Posthorn.",
    nextStep: 'Save the expression anew; what is wrong with it is said then. Send the message again afterwards.',
    hopeless: true,
  },
  transformation_skipped: {
    sentence: "The endpoint's transformation gave null: it says that this message is not to be sent.",
    nextStep: 'Nothing to do, unless the message was wanted: then change the expression, and send the message again.',
    hopeless: true,
  },
  secret_unreadable: {
    sentence: 'A secret that sending needs cannot be decrypted. The delivery waits, and nothing of it is counted.',
    nextStep:
      'The operator should start Posthorn with the master key that sealed it. Otherwise rotate the secret and set the headers anew. It goes on by itself.',
    hopeless: false,
  },
  secret_unusable: {
    sentence: 'There is no secret that can sign.',
    nextStep: 'Rotate the secret of the endpoint, or correct the secret that the step names, and send the message again.',
    hopeless: true,
  },
  connection_missing: {
    sentence: 'The connection that the step calls is not there, or its secret is not.',
    nextStep: 'Put the connection and its secret again under the same names, and run the flow again.',
    hopeless: true,
  },
  payload_expunged: {
    sentence: 'The payload of this message is no longer kept.',
    nextStep: 'Send the event again as a new message.',
    hopeless: true,
  },
  endpoint_removed: {
    sentence: 'The endpoint was deleted before the message reached it.',
    nextStep: 'Nothing to do. To send it all the same, create an endpoint and send the message again.',
    hopeless: true,
  },
  delivery_missing: {
    sentence: 'The delivery is no longer kept.',
    nextStep: 'Send the event again as a new message. The operator may keep logs longer (POSTHORN_RETENTION_DAYS).',
    hopeless: true,
  },
  internal: {
    sentence: 'Sending failed for a reason that lies in Posthorn.',
    nextStep: 'The operator should look at the log of the server; then the message can be sent again.',
    hopeless: true,
  },
  cut_off: {
    sentence: 'The process that made the attempt died during it, and others before it.',
    nextStep: 'The operator should look at the log of the server, and at its memory. What this delivery sends may be what ends it.',
    hopeless: false,
  },
  timeout: {
    sentence: 'The receiver did not answer in time.',
    nextStep: 'Answer at once with a 2xx status and do the work afterwards, or give the step a longer timeoutMs.',
    hopeless: false,
  },
  no_response: {
    sentence: 'No complete response came.',
    nextStep: 'Look for crashes or restarts of the receiver, and for limits in a proxy before it.',
    hopeless: false,
  },
  redirect: {
    sentence: 'The receiver answered with a redirect, and redirects are not followed.',
    nextStep: 'Put the address that it redirects to into the URL.',
    hopeless: false,
  },
} as const satisfies Record<string, Failure>

export type DeliveryFailureCode = keyof typeof deliveryFailures

/** What the receiver's status says. Those that are not here are explained by their class. */
export const statusNextSteps: Readonly<Record<number, string>> = {
  304: 'The receiver says that nothing has changed, as to somebody who has a copy of a page. Look for a cache before it that answers a POST, and for conditional headers (If-None-Match) among the custom ones.',
  400: 'The receiver does not understand the request. Its response may say what it misses; check that it reads the raw body as JSON.',
  401: 'The receiver wants to know who calls. Check the credentials in the custom headers, and the secret with which it verifies the signature.',
  402: 'The receiver wants to be paid first. Look at the account that it belongs to.',
  403: 'The receiver knows the caller and refuses. Check its signature check, its allow-list of addresses, and the firewall before it.',
  404: 'There is nothing at this path. Check the URL, and that the route is deployed.',
  405: 'The receiver takes no POST at this path. Check the URL, and the methods of its route.',
  406: 'The receiver cannot answer in a form that was asked for. Remove an Accept header from the custom headers, or let it answer any.',
  407: 'A proxy before the receiver wants credentials. Look at the network of the receiver.',
  408: 'The receiver, or a proxy before it, waited too long for the request. Look at its load and its time limits.',
  409: 'The receiver says that this conflicts with what it has. If it had the event already, let it answer 2xx.',
  410: 'The receiver says that it is gone for good. Any delivery but a test disables its endpoint by that: if it was a mistake, enable it again.',
  411: 'The receiver wants a length before the body, and one is sent; look at the proxy before it.',
  413: 'The body is larger than the receiver takes. Raise its limit, or send less with a transformation.',
  414: 'The URL is longer than the receiver takes. Shorten its query.',
  415: 'The receiver does not take JSON. Let it accept application/json, or set another Content-Type in the custom headers.',
  421: 'The host is served by another machine than the one that was reached. Check its DNS records and the proxy before it.',
  422: 'The receiver understands the request and finds its content wrong. Its response may say which field; a transformation can change it.',
  423: 'What the event is about is locked at the receiver. It is tried again.',
  425: 'The receiver wants the request again later. It is tried again.',
  426: 'The receiver wants another protocol. Serve the endpoint over HTTP/1.1 with TLS.',
  428: 'The receiver wants a conditional request, which webhooks are not. Relax that check for this path.',
  429: 'The receiver asks to be called less often. Give the endpoint a throttleRate; a Retry-After in its response is obeyed.',
  431: 'The request has more headers than the receiver takes. Remove custom headers, or raise its limit.',
  451: 'The receiver may not take this for legal reasons. Ask its operator.',
  500: 'The receiver failed inside. Its own log says why.',
  501: 'The receiver does not know how to take a POST. Check the URL.',
  502: 'The proxy before the receiver got no usable answer from it. Check that the application behind it runs.',
  503: 'The receiver is overloaded or in maintenance. It is tried again; a Retry-After in its response is obeyed.',
  504: 'The proxy before the receiver waited too long for it. Let it answer at once and do the work afterwards.',
  507: 'The receiver has no room left to store the event. Look at its disks.',
  508: 'The receiver found itself in a loop. Look at what its application calls.',
  511: 'A network before the receiver wants a log-in. Look at the network of the receiver.',
  520: 'Cloudflare got an empty or unexpected answer from the receiver. Look at the log of the application behind it.',
  521: 'Cloudflare could not connect to the receiver. Check that it runs and lets Cloudflare through.',
  522: 'Cloudflare could not reach the receiver in time. Check its firewall and load.',
  523: 'Cloudflare found no way to the receiver. Check its DNS records and routes.',
  524: 'Cloudflare waited too long for the receiver. Let it answer at once and do the work afterwards.',
  525: 'Cloudflare and the receiver could not agree on TLS. Check the certificate of the receiver.',
  526: 'Cloudflare does not trust the certificate of the receiver. Renew it.',
}

export const statusClassNextSteps: Readonly<Record<number, string>> = {
  1: 'The receiver never came to a final status. Look at the server, or the proxy before it.',
  2: 'The receiver answered well, but with a status that does not count as success here. Change the rule "success", or the status.',
  3: 'The receiver answered neither with success nor with a redirect. Look at the server, or the proxy before it.',
  4: 'The receiver refuses the request. Look at its response, its authentication, and its signature check.',
  5: 'The receiver failed inside. Its own log says why.',
}
