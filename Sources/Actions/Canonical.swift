import Crypto
import Domain
import FoundationEssentials

/// JSON with sorted keys: the same value gives the same bytes, which is what hashes and the journal need.
///
/// Numbers are written in their shortest form that reads back as the same value; NaN and infinity are refused.
func canonicalBytes(_ value: some Encodable) throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    do {
        return Array(try encoder.encode(value))
    } catch {
        throw ActionError(.usage, "a number of this action is not finite; nothing was stored")
    }
}

/// SHA-256 in 64 lower-case hexadecimal digits.
func sha256(_ bytes: [UInt8]) -> String {
    SHA256.hash(data: bytes).map { $0 < 16 ? "0" + String($0, radix: 16) : String($0, radix: 16) }.joined()
}

/// What an approval is for: the order as it would be sent, and what was known when it was asked.
struct ShownPayload: Encodable {
    var order: DraftOrder
    var evidence: [SKU: LineEvidence]

    func hash() throws -> String { sha256(try canonicalBytes(self)) }
}
