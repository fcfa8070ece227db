// hex: nothing to install
package webhook

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"strconv"
	"strings"
	"time"
)

// VerifyHex takes the body as io.ReadAll(r.Body) gave it, and r.Header.
func VerifyHex(body []byte, header interface{ Get(string) string }, secret string, now time.Time) error {
	timestamp := header.Get("X-Webhook-Timestamp")
	seconds, err := strconv.ParseInt(timestamp, 10, 64)
	if err != nil || now.Sub(time.Unix(seconds, 0)).Abs() > 5*time.Minute {
		return errors.New("no timestamp, too old, or from the future")
	}
	if secret == "" {
		return errors.New("no secret")
	}
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(timestamp + "."))
	mac.Write(body)
	expected := hex.EncodeToString(mac.Sum(nil))
	for _, one := range strings.Split(header.Get("X-Webhook-Signature"), " ") {
		if hmac.Equal([]byte(one), []byte(expected)) {
			return nil
		}
	}
	return errors.New("wrong signature")
}
