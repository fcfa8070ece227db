# hex: nothing to install
require 'openssl'

# Raises unless these bytes were signed within five minutes. Rails: verify_hex(request.raw_post, request.headers, SECRET)
def verify_hex(body, headers, secret, now: Time.now.to_i)
  timestamp = headers['X-Webhook-Timestamp'].to_s
  fresh = timestamp.match?(/\A[0-9]{1,12}\z/) && (now - timestamp.to_i).abs <= 300
  raise ArgumentError, 'no timestamp, too old, or from the future' unless fresh
  raise ArgumentError, 'no secret' if secret.empty?

  expected = OpenSSL::HMAC.hexdigest('SHA256', secret, "#{timestamp}.".b + body.b)
  fits = headers['X-Webhook-Signature'].to_s.split(' ').any? { |one| OpenSSL.secure_compare(one, expected) }
  raise ArgumentError, 'wrong signature' unless fits
end
