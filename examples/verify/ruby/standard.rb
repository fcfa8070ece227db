# standard and svix: nothing to install
require 'openssl'

# Raises unless these bytes were signed within five minutes. Rails: verify_standard(request.raw_post, request.headers, SECRET)
def verify_standard(body, headers, secret, family: 'webhook', now: Time.now.to_i)
  id, timestamp, signatures = %w[id timestamp signature].map { |name| headers["#{family}-#{name}"].to_s }
  fresh = timestamp.match?(/\A[0-9]{1,12}\z/) && (now - timestamp.to_i).abs <= 300
  raise ArgumentError, 'no timestamp, too old, or from the future' unless fresh

  key = secret.delete_prefix('whsec_').unpack1('m')
  raise ArgumentError, 'no secret' if key.empty?

  mac = OpenSSL::HMAC.digest('SHA256', key, "#{id}.#{timestamp}.".b + body.b)
  expected = "v1,#{[mac].pack('m0')}"
  fits = signatures.split(' ').any? { |one| OpenSSL.secure_compare(one, expected) }
  raise ArgumentError, 'wrong signature' unless fits
end
