# standard and svix: to look at one request by hand; a server must compare in constant time.
#   ID=msg_... TIMESTAMP=1614265330 SIGNATURES='v1,...' SECRET=whsec_... bash standard.sh < body
key=$(printf %s "${SECRET#whsec_}" | openssl base64 -d -A | od -An -v -tx1 | tr -d ' \n')
[ -n "$key" ] || { echo 'no secret'; exit 1; }
case $TIMESTAMP in '' | *[!0-9]* | ?????????????*) echo 'no timestamp'; exit 1 ;; esac
age=$((${NOW:-$(date +%s)} - 10#$TIMESTAMP))
[ "${age#-}" -le 300 ] || { echo 'too old, or from the future'; exit 1; }
expected="v1,$({ printf '%s.%s.' "$ID" "$TIMESTAMP"; cat; } | openssl dgst -sha256 -mac HMAC -macopt "hexkey:$key" -binary | openssl base64 -A)"
case " $SIGNATURES " in *" $expected "*) echo 'verified' ;; *) echo 'wrong signature'; exit 1 ;; esac
