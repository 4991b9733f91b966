import Actions
import Domain
import FoundationEssentials
import Glibc
import Testing

/// A temporary folder of its own, removed in the end.
final class Folder {
    let path: String

    init() throws {
        var template = Array("/tmp/penstock-executors.XXXXXX".utf8CString)
        _ = try #require(mkdtemp(&template))
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// Names at this path inside, sorted; empty where there is nothing.
    func names(_ inside: String = "") -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: "\(path)/\(inside)")) ?? []).sorted()
    }

    func text(_ inside: String) throws -> String {
        String(decoding: try #require(FileManager.default.contents(atPath: "\(path)/\(inside)")), as: UTF8.self)
    }

    /// An executable shell script; it is run like any program, by its own first line.
    func script(_ body: String) throws -> String {
        let file = "\(path)/program"
        try Data("#!/bin/sh\n\(body)\n".utf8).write(to: URL(filePath: file))
        try #require(chmod(file, 0o700) == 0)
        return file
    }
}

/// An order of two lines over 122.43.
func order(key: String = "PO-acme-ltd-1-0a1b2c3d", quantity: Int64 = 50) throws -> Outbound {
    let gbp = try #require(Currency("GBP"))
    return Outbound(
        key: key, action: 1,
        order: DraftOrder(
            supplier: try #require(SupplierName("Acme Ltd")), shipTo: try #require(PlaceName("main")), currency: gbp,
            orderBy: try #require(Day("2011-10-03")), arrives: try #require(Day("2011-10-10")),
            lines: [
                DraftOrder.Line(
                    sku: try #require(SKU("A-1")), name: "Lantern, \"Victorian\"", quantity: quantity,
                    cost: UnitPrice(micros: 2_440_000)),
                DraftOrder.Line(
                    sku: try #require(SKU("B")), name: "Screw", quantity: 101, cost: UnitPrice(micros: 4_200)),
            ]),
        approvedBy: "mira", approvedAt: try #require(Instant(iso8601: "2011-10-03T09:00:00Z")))
}
