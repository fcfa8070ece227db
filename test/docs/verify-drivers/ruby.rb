require "#{ARGV[0]}/standard"
require "#{ARGV[0]}/hex"

$stdin.each_line do |line|
  family, secret, id, timestamp, signatures, now, body = line.split.map { |field| field[1..].unpack1('m') }
  prefix = family == 'hex' ? 'X-Webhook' : family
  names = family == 'hex' ? %w[ID Timestamp Signature] : %w[id timestamp signature]
  headers = names.map { |name| "#{prefix}-#{name}" }.zip([id, timestamp, signatures]).to_h
  begin
    if family == 'hex'
      verify_hex(body, headers, secret, now: now.to_i)
    else
      verify_standard(body, headers, secret, family: family, now: now.to_i)
    end
    puts 'verified'
  rescue ArgumentError => e
    puts e.message
  end
end
