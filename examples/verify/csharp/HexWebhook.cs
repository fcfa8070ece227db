// hex: nothing to install
using System;
using System.Linq;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

public static class HexWebhook
{
    /// <summary>ASP.NET Core: Verify(bytesOfRequestBody, name => Request.Headers[name], secret).</summary>
    public static void Verify(byte[] body, Func<string, string> header, string secret, long? now = null)
    {
        string timestamp = header("X-Webhook-Timestamp") ?? "", signatures = header("X-Webhook-Signature") ?? "";
        if (!Regex.IsMatch(timestamp, @"\A[0-9]{1,12}\z") || Math.Abs((now ?? DateTimeOffset.UtcNow.ToUnixTimeSeconds()) - long.Parse(timestamp)) > 300)
            throw new CryptographicException("no timestamp, too old, or from the future");
        if (secret.Length == 0) throw new CryptographicException("no secret");
        using (var hmac = new HMACSHA256(Encoding.UTF8.GetBytes(secret)))
        {
            byte[] mac = hmac.ComputeHash(Encoding.UTF8.GetBytes(timestamp + ".").Concat(body).ToArray());
            byte[] expected = Encoding.UTF8.GetBytes(BitConverter.ToString(mac).Replace("-", "").ToLowerInvariant());
            if (!signatures.Split(' ').Any(one => CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(one), expected)))
                throw new CryptographicException("wrong signature");
        }
    }
}
