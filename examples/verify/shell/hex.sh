# hex: to look at one request by hand; a server must compare in constant time.
#   TIMESTAMP=1614265330 SIGNATURES=9f86... SECRET=... bash hex.sh < body
[ -n "$SECRET" ] || { echo 'no secret'; exit 1; }
case $TIMESTAMP in '' | *[!0-9]* | ?????????????*) echo 'no timestamp'; exit 1 ;; esac
age=$((${NOW:-$(date +%s)} - 10#$TIMESTAMP))
[ "${age#-}" -le 300 ] || { echo 'too old, or from the future'; exit 1; }
expected=$({ printf '%s.' "$TIMESTAMP"; cat; } | openssl dgst -sha256 -hmac "$SECRET" -r | cut -d ' ' -f 1)
case " $SIGNATURES " in *" $expected "*) echo 'verified' ;; *) echo 'wrong signature'; exit 1 ;; esac
