/** Why a call got no usable response: one plain sentence, and what the owner of the address can do. */
export interface Failure {
  readonly sentence: string
  readonly nextStep: string
  /** Trying again cannot help until somebody changes something here; the delivery ends at once. */
  readonly hopeless: boolean
}

export const failures = {
  bad_url: {
    sentence: 'The URL cannot be read.',
    nextStep: 'Give an absolute URL such as https://example.com/webhooks, at most 8,192 characters long.',
    hopeless: true,
  },
  scheme_refused: {
    sentence: 'The URL does not begin with https://.',
    nextStep: 'Use an https address. For development, the operator can allow http (POSTHORN_ALLOW_HTTP).',
    hopeless: true,
  },
  port_refused: {
    sentence: 'The port belongs to another protocol than HTTP.',
    nextStep: 'Serve the endpoint on an ordinary web port, best 443.',
    hopeless: true,
  },
  address_refused: {
    sentence: 'The host is not a public address on the internet.',
    nextStep: 'Use a publicly reachable host. To reach a private network, the operator can allow its range (POSTHORN_EGRESS_ALLOW).',
    hopeless: true,
  },
  bad_header: {
    sentence: 'A header cannot be sent.',
    nextStep:
      'Remove line breaks and control characters, and headers that the connection or signing sets, such as Host and webhook-id. White space at the ends of a value is lost on the way.',
    hopeless: true,
  },
  token_failed: {
    sentence: 'The access token that the call needs could not be fetched.',
    nextStep:
      'Check the token address, client id, client secret and scope of the connection; the detail says what the token address answered.',
    hopeless: false,
  },
  aborted: {
    sentence: 'The call was given up before it ended, because the process stops or the work was cancelled.',
    nextStep: 'Nothing to do: work that is not cancelled is tried again.',
    hopeless: false,
  },
  no_free_connection: {
    sentence: 'No connection was free in time, because too many calls are under way.',
    nextStep: 'Make slow endpoints answer faster. The operator can raise the limits of connections and open files.',
    hopeless: false,
  },
  dns_not_found: {
    sentence: 'The host name does not exist.',
    nextStep: 'Check the spelling of the host and its DNS records.',
    hopeless: false,
  },
  dns_failed: {
    sentence: 'The host name could not be looked up.',
    nextStep: 'Check that the name servers of the domain answer.',
    hopeless: false,
  },
  dns_timeout: {
    sentence: 'Looking up the host name took too long.',
    nextStep: 'Check that the name servers of the domain answer quickly.',
    hopeless: false,
  },
  connect_refused: {
    sentence: 'Nothing listens at this address and port.',
    nextStep: 'Start the receiver, or correct the port in the URL.',
    hopeless: false,
  },
  connect_timeout: {
    sentence: 'The host did not accept a connection in time.',
    nextStep: 'Check that the host is up and that no firewall drops the traffic.',
    hopeless: false,
  },
  connect_failed: {
    sentence: 'No connection to the host could be made.',
    nextStep: 'Check that the host is reachable from the internet.',
    hopeless: false,
  },
  proxy_unreachable: {
    sentence: 'The egress proxy of this installation could not be reached.',
    nextStep:
      'Nothing to do for the receiver: it is tried again. The operator should see whether the proxy runs, and what POSTHORN_EGRESS_PROXY says.',
    hopeless: false,
  },
  proxy_refused: {
    sentence: 'The egress proxy of this installation did not open a way to the host.',
    nextStep:
      'Nothing to do for the receiver: it is tried again. The operator should look at the log of the proxy: 403 is one of its rules, 401 and 407 ask for the user and password in POSTHORN_EGRESS_PROXY, and from 500 on it has found no way itself.',
    hopeless: false,
  },
  proxy_failed: {
    sentence: 'The egress proxy of this installation gave no answer that can be used.',
    nextStep:
      'Nothing to do for the receiver: it is tried again. The operator should look at the log of the proxy, and whether what POSTHORN_EGRESS_PROXY names is one.',
    hopeless: false,
  },
  proxy_no_way: {
    sentence: 'The egress proxy of this installation reaches other hosts, but not this one.',
    nextStep: 'Check that the host is up and reachable from the internet. The operator finds the reason in the log of the proxy.',
    hopeless: false,
  },
  tls_expired: {
    sentence: 'The certificate of the host has expired.',
    nextStep: 'Renew the certificate.',
    hopeless: false,
  },
  tls_self_signed: {
    sentence: 'The certificate of the host is self-signed.',
    nextStep: 'Use a certificate of a public authority, or have the operator add yours as a trusted one.',
    hopeless: false,
  },
  tls_untrusted: {
    sentence: 'The certificate of the host comes from an unknown authority, or intermediate certificates are missing.',
    nextStep: 'Serve the full certificate chain of a public authority.',
    hopeless: false,
  },
  tls_wrong_host: {
    sentence: 'The certificate is for another host.',
    nextStep: 'Use a certificate that names the host in the URL.',
    hopeless: false,
  },
  tls_protocol: {
    sentence: 'The host does not speak TLS 1.2 or 1.3 on this port.',
    nextStep: 'Enable TLS 1.2 or 1.3, or correct the port or scheme in the URL.',
    hopeless: false,
  },
  tls_timeout: {
    sentence: 'The TLS handshake took too long.',
    nextStep: 'Check the load of the host, and that the port serves TLS.',
    hopeless: false,
  },
  tls_failed: {
    sentence: 'The TLS handshake failed.',
    nextStep: 'Check the certificate and the TLS settings of the host.',
    hopeless: false,
  },
  reset: {
    sentence: 'The host closed the connection before its response was complete.',
    nextStep: 'Look for crashes or restarts of the receiver, and for limits in a proxy before it.',
    hopeless: false,
  },
  response_timeout: {
    sentence: 'The response was not complete in time.',
    nextStep: 'Answer at once with a 2xx status and do the work afterwards.',
    hopeless: false,
  },
  response_headers_too_large: {
    sentence: 'The response has more than 16 KiB of headers.',
    nextStep: 'Send fewer headers.',
    hopeless: false,
  },
  response_malformed: {
    sentence: 'The response is not valid HTTP/1.1.',
    nextStep: 'Check what listens on this port, and what a proxy before it does to responses.',
    hopeless: false,
  },
} as const satisfies Record<string, Failure>

export type FailureCode = keyof typeof failures
