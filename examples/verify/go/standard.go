// standard and svix: nothing to install
package webhook

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// VerifyStandard takes the body as io.ReadAll(r.Body) gave it, r.Header, and "webhook" (or "svix") as the family.
func VerifyStandard(body []byte, header interface{ Get(string) string }, secret, family string, now time.Time) error {
	id, timestamp := header.Get(family+"-id"), header.Get(family+"-timestamp")
	seconds, err := strconv.ParseInt(timestamp, 10, 64)
	if err != nil || now.Sub(time.Unix(seconds, 0)).Abs() > 5*time.Minute {
		return errors.New("no timestamp, too old, or from the future")
	}
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, "whsec_"))
	if err != nil || len(key) == 0 {
		return errors.New("no secret, or not in base64")
	}
	mac := hmac.New(sha256.New, key)
	fmt.Fprintf(mac, "%s.%s.", id, timestamp)
	mac.Write(body)
	expected := "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil))
	for _, one := range strings.Split(header.Get(family+"-signature"), " ") {
		if hmac.Equal([]byte(one), []byte(expected)) {
			return nil
		}
	}
	return errors.New("wrong signature")
}
