import Config
import Crypto
import Domain
import Formats
import FoundationEssentials
import Glibc

/// Who may send signed messages: where a secret is configured, a message without its signature is refused.
///
///     [signatures]
///     shopify = "env:SHOPIFY_SECRET"      # or "file:/run/secrets/shopify": never the secret itself
public struct Signatures: Sendable {
    private var shopify: [UInt8]?

    /// Nothing is checked.
    public init() {}

    /// Reads `[signatures]`.
    ///
    /// - Throws: `ConfigError` with the line: a secret that is written down, or that is not where it should be.
    init(_ table: ConfigTable) throws(ConfigError) {
        if let reference = try table.string("shopify") { shopify = try Signatures.secret(reference, table, "shopify") }
        try table.end()
    }

    /// Messages signed with this secret alone.
    init(shopify: [UInt8]) { self.shopify = shopify }

    /// Checks a message's signature: base64 of the HMAC-SHA256 of its body.
    ///
    /// - Throws: `.badSignature`.
    func check(_ message: ShopifyMessage) throws(FormatError) {
        guard let shopify else { return }
        guard let text = message.signature, let told = Data(base64Encoded: text),
            HMAC<SHA256>.isValidAuthenticationCode(
                told, authenticating: message.body, using: SymmetricKey(data: shopify))
        else {
            throw FormatError(
                .badSignature,
                message.signature == nil
                    ? "the message bears no signature (X-Shopify-Hmac-Sha256), and a secret is configured: was it sent by Shopify?"
                    : "the signature does not fit the message: it was changed on its way, or the secret is another one",
                file: "")
        }
    }

    private static func secret(_ reference: String, _ table: ConfigTable, _ key: String) throws(ConfigError) -> [UInt8]
    {
        if reference.hasPrefix("env:") {
            let name = String(reference.dropFirst(4))
            guard let value = getenv(name) else {
                throw table.error(key, "the environment has no \(name); set it, or take the line out")
            }
            return Array(String(cString: value).utf8)
        }
        if reference.hasPrefix("file:") {
            let path = String(reference.dropFirst(5))
            guard let text = try? String(contentsOfFile: path, encoding: .utf8), !text.trimmed.isEmpty else {
                throw table.error(key, "\(path) cannot be read, or is empty; it must hold the secret")
            }
            return Array(text.trimmed.utf8)
        }
        throw table.error(
            key, "a secret is never written here: say where it is, \"env:NAME\" or \"file:/path\"")
    }
}
