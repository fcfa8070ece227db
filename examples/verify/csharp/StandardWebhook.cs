// standard and svix: nothing to install
using System;
using System.Linq;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

public static class StandardWebhook
{
    /// <summary>ASP.NET Core: Verify(bytesOfRequestBody, name => Request.Headers[name], secret), and family "svix" for the svix profile.</summary>
    public static void Verify(byte[] body, Func<string, string> header, string secret, string family = "webhook", long? now = null)
    {
        string id = header(family + "-id") ?? "", timestamp = header(family + "-timestamp") ?? "", signatures = header(family + "-signature") ?? "";
        if (!Regex.IsMatch(timestamp, @"\A[0-9]{1,12}\z") || Math.Abs((now ?? DateTimeOffset.UtcNow.ToUnixTimeSeconds()) - long.Parse(timestamp)) > 300)
            throw new CryptographicException("no timestamp, too old, or from the future");
        byte[] key = Convert.FromBase64String(Regex.Replace(secret, "^whsec_", ""));
        if (key.Length == 0) throw new CryptographicException("no secret");
        using (var hmac = new HMACSHA256(key))
        {
            byte[] mac = hmac.ComputeHash(Encoding.UTF8.GetBytes(id + "." + timestamp + ".").Concat(body).ToArray());
            byte[] expected = Encoding.UTF8.GetBytes("v1," + Convert.ToBase64String(mac));
            if (!signatures.Split(' ').Any(one => CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(one), expected)))
                throw new CryptographicException("wrong signature");
        }
    }
}
