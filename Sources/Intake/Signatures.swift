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
///
/// A secret is looked up when a signed message is read: commands that read none need none.
public struct Signatures: Sendable {
    private var shopify: Secret?

    /// Nothing is checked.
    public init() {}

    /// Reads `[signatures]`.
    ///
    /// - Throws: `ConfigError` with the line of a secret that is written down.
    init(_ table: ConfigTable) throws(ConfigError) {
        if let reference = try table.string("shopify") { shopify = try Secret(reference, table, "shopify") }
        try table.end()
    }

    /// Messages signed with this secret alone.
    init(shopify: [UInt8]) { self.shopify = .known(shopify) }

    /// What stands in the way of checking signatures on this machine, one sentence each.
    public var obstacles: [String] {
        guard let shopify, case .failure(let absence) = shopify.value else { return [] }
        return ["[signatures] shopify: \(absence.description); until then signed messages are refused"]
    }

    /// Checks a message's signature: base64 of the HMAC-SHA256 of its body.
    ///
    /// - Throws: `.badSignature`.
    func check(_ message: ShopifyMessage) throws(FormatError) {
        guard let shopify else { return }
        let secret: [UInt8]
        switch shopify.value {
        case .success(let bytes): secret = bytes
        case .failure(let absence):
            throw FormatError(
                .badSignature,
                "its signature cannot be checked, since the secret of [signatures] shopify is missing: \(absence)",
                file: "")
        }
        guard let text = message.signature, let told = Data(base64Encoded: text),
            HMAC<SHA256>.isValidAuthenticationCode(
                told, authenticating: message.body, using: SymmetricKey(data: secret))
        else {
            throw FormatError(
                .badSignature,
                message.signature == nil
                    ? "the message bears no signature (X-Shopify-Hmac-Sha256), and a secret is configured: was it sent by Shopify?"
                    : "the signature does not fit the message: it was changed on its way, or the secret is another one",
                file: "")
        }
    }
}

/// Where a secret is.
private enum Secret: Sendable {
    case environment(String)
    case file(String)
    case known([UInt8])

    /// Why there is no secret.
    struct Absence: Error, CustomStringConvertible {
        let description: String
    }

    /// - Throws: `ConfigError` with the line of anything but a reference.
    init(_ reference: String, _ table: ConfigTable, _ key: String) throws(ConfigError) {
        if reference.hasPrefix("env:") {
            self = .environment(String(reference.dropFirst(4)))
        } else if reference.hasPrefix("file:") {
            self = .file(String(reference.dropFirst(5)))
        } else {
            throw table.error(
                key, "a secret is never written here: say where it is, \"env:NAME\" or \"file:/path\"")
        }
    }

    /// The secret as it is now.
    var value: Result<[UInt8], Absence> {
        switch self {
        case .known(let bytes): return .success(bytes)
        case .environment(let name):
            guard let value = getenv(name), value.pointee != 0 else {
                return .failure(
                    Absence(description: "the environment has no \(name.printable); set it, or take the line out"))
            }
            return .success(Array(String(cString: value).utf8))
        case .file(let path):
            guard let text = try? String(contentsOfFile: path, encoding: .utf8), !text.trimmed.isEmpty else {
                return .failure(
                    Absence(description: "\(path.printable) cannot be read, or is empty; it must hold the secret"))
            }
            return .success(Array(text.trimmed.utf8))
        }
    }
}
