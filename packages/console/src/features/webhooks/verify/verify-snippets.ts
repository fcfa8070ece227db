import type { EndpointOut } from '@posthorn/sdk'

export type Profile = EndpointOut['signing']

export const languages = ['Node', 'Python', 'Go', 'PHP', 'Ruby'] as const
export type Language = (typeof languages)[number]

/** How a receiver verifies what an endpoint of this profile is sent. The bytes are verified before anything reads them. */
export function verifySnippet(language: Language, profile: Profile): string {
  return profile === 'hex' ? hex[language] : standard(language, profile === 'svix' ? 'svix' : 'webhook')
}

function standard(language: Language, family: 'webhook' | 'svix'): string {
  const snippets: Readonly<Record<Language, string>> = {
    Node: `import { Webhook } from 'standardwebhooks'

const webhook = new Webhook(process.env.WEBHOOK_SECRET)

app.post('/webhooks', express.raw({ type: '*/*' }), (req, res) => {
  try {
    const event = webhook.verify(req.body, ${family === 'svix' ? 'standardHeaders(req.headers)' : 'req.headers'})
    res.sendStatus(204)
    queue.add(event)
  } catch {
    res.sendStatus(401)
  }
})${family === 'svix' ? renameHeaders : ''}`,
    Python: `from ${family === 'svix' ? 'svix.webhooks' : 'standardwebhooks.webhooks'} import Webhook, WebhookVerificationError

webhook = Webhook(os.environ["WEBHOOK_SECRET"])

@app.post("/webhooks")
async def receive(request: Request):
    try:
        event = webhook.verify(await request.body(), dict(request.headers))
    except WebhookVerificationError:
        return Response(status_code=401)
    queue.add(event)
    return Response(status_code=204)`,
    Go: `wh, _ := ${family === 'svix' ? 'svix' : 'standardwebhooks'}.NewWebhook(os.Getenv("WEBHOOK_SECRET"))

http.HandleFunc("/webhooks", func(w http.ResponseWriter, r *http.Request) {
    body, _ := io.ReadAll(r.Body)
    if err := wh.Verify(body, r.Header); err != nil {
        w.WriteHeader(http.StatusUnauthorized)
        return
    }
    w.WriteHeader(http.StatusNoContent)
    queue <- body
})`,
    PHP: `$webhook = new \\${family === 'svix' ? 'Svix' : 'StandardWebhooks'}\\Webhook(getenv('WEBHOOK_SECRET'));
$body = file_get_contents('php://input');
try {
    $event = $webhook->verify($body, getallheaders());
    http_response_code(204);
} catch (Exception $e) {
    http_response_code(401);
}`,
    Ruby: `webhook = ${family === 'svix' ? 'Svix' : 'StandardWebhooks'}::Webhook.new(ENV["WEBHOOK_SECRET"])

post "/webhooks" do
  body = request.body.read
  event = webhook.verify(body, headers)
  status 204
rescue StandardError
  status 401
end`,
  }
  return snippets[language]
}

const renameHeaders = `

const standardHeaders = (headers) =>
  Object.fromEntries(['id', 'timestamp', 'signature'].map((name) => ['webhook-' + name, headers['svix-' + name]]))`

const hex: Readonly<Record<Language, string>> = {
  Node: `import { createHmac, timingSafeEqual } from 'node:crypto'

app.post('/webhooks', express.raw({ type: '*/*' }), (req, res) => {
  const timestamp = req.get('x-webhook-timestamp') ?? ''
  const given = Buffer.from(req.get('x-webhook-signature') ?? '', 'hex')
  const signed = Buffer.concat([Buffer.from(timestamp + '.'), req.body])
  const own = createHmac('sha256', process.env.WEBHOOK_SECRET).update(signed).digest()
  const fresh = Math.abs(Date.now() / 1000 - Number(timestamp)) < 300
  if (!fresh || given.length !== own.length || !timingSafeEqual(given, own)) return res.sendStatus(401)
  res.sendStatus(204)
})`,
  Python: `timestamp = request.headers["x-webhook-timestamp"]
signed = timestamp.encode() + b"." + await request.body()
own = hmac.new(os.environ["WEBHOOK_SECRET"].encode(), signed, hashlib.sha256).hexdigest()
fresh = abs(time.time() - int(timestamp)) < 300
if not fresh or not hmac.compare_digest(own, request.headers["x-webhook-signature"]):
    return Response(status_code=401)`,
  Go: `timestamp := r.Header.Get("X-Webhook-Timestamp")
mac := hmac.New(sha256.New, []byte(os.Getenv("WEBHOOK_SECRET")))
mac.Write([]byte(timestamp + "."))
mac.Write(body)
given, _ := hex.DecodeString(r.Header.Get("X-Webhook-Signature"))
if !hmac.Equal(given, mac.Sum(nil)) {
    w.WriteHeader(http.StatusUnauthorized)
    return
}`,
  PHP: `$timestamp = $_SERVER['HTTP_X_WEBHOOK_TIMESTAMP'] ?? '';
$own = hash_hmac('sha256', $timestamp . '.' . file_get_contents('php://input'), getenv('WEBHOOK_SECRET'));
$fresh = abs(time() - (int) $timestamp) < 300;
if (!$fresh || !hash_equals($own, $_SERVER['HTTP_X_WEBHOOK_SIGNATURE'] ?? '')) {
    http_response_code(401);
    exit;
}`,
  Ruby: `timestamp = request.env["HTTP_X_WEBHOOK_TIMESTAMP"].to_s
own = OpenSSL::HMAC.hexdigest("SHA256", ENV["WEBHOOK_SECRET"], "#{timestamp}.#{request.body.read}")
fresh = (Time.now.to_i - timestamp.to_i).abs < 300
halt 401 unless fresh && Rack::Utils.secure_compare(own, request.env["HTTP_X_WEBHOOK_SIGNATURE"].to_s)`,
}
