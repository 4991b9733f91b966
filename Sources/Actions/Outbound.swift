import Domain
import FoundationEssentials
import Store

/// What an executor is handed: a decided order under its key. Its bytes are fixed at approval.
public struct Outbound: Hashable, Sendable, Codable {
    /// Our reference, unique for ever: at most one effect of a key happens. Letters, digits and dashes.
    public var key: String
    /// The action that it comes from.
    public var action: Int64
    /// What is ordered.
    public var order: DraftOrder
    /// Who decided: a user name, or `policy`.
    public var approvedBy: String
    /// When.
    public var approvedAt: Instant

    /// An order under its key.
    public init(key: String, action: Int64, order: DraftOrder, approvedBy: String, approvedAt: Instant) {
        self.key = key
        self.action = action
        self.order = order
        self.approvedBy = approvedBy
        self.approvedAt = approvedAt
    }

    /// `PO-acme-ltd-3-1a2b3c4d`: readable, and the same whenever the same need of the same opening is met. The digits
    /// are the first of the SHA-256 of rule, target and opening.
    static func key(of action: Decisions.Action) -> String {
        let digest = sha256(Array("\(action.rule)\u{0}\(action.target)\u{0}\(action.opening)".utf8))
        return "PO-\(slug(action.header.supplier.text))-\(action.opening)-\(digest.prefix(8))"
    }

    /// The bytes of the outbox as an order.
    init(_ effect: Decisions.Effect) throws {
        do {
            self = try JSONDecoder().decode(Outbound.self, from: Data(effect.payload))
        } catch {
            throw ActionError(
                .damaged, "its order in the outbox cannot be read; restore a backup", place: "action \(effect.action)")
        }
    }

    // At most 24 ASCII letters and digits, single dashes between them: safe in a file name and on a command line.
    private static func slug(_ text: String) -> String {
        var slug: [UInt8] = []
        for byte in text.utf8 where slug.count < 24 {
            switch byte {
            case 0x30...0x39, 0x61...0x7A: slug.append(byte)
            case 0x41...0x5A: slug.append(byte | 0x20)
            default: if let last = slug.last, last != 0x2D { slug.append(0x2D) }
            }
        }
        if slug.last == 0x2D { slug.removeLast() }
        return slug.isEmpty ? "supplier" : String(decoding: slug, as: UTF8.self)
    }
}

/// What is known of an effect after it was tried or looked up.
public enum Outcome: Hashable, Sendable {
    /// The target has it.
    case done(receipt: String)
    /// The target does not have it; where `retryable`, trying again may help.
    case notDone(reason: String, retryable: Bool)
    /// It may have it or not.
    case unknown(reason: String)
}
