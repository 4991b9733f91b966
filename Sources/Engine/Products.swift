import Actions
import Domain
import Formats
import Foundation
import Intake
import Store

// Products under their codes: looking at one, giving it another code, making two of them one.

/// One product: its codes, what each source says of it, and what is known under it.
public struct ProductReport: Report {
    let identity: ProductIdentity
    let currency: Currency
    let zone: Zone

    /// As `Report` says.
    public var json: JSONValue {
        let product = identity.product
        return .object([
            ("sku", .string(product.sku.text)), ("name", .string(product.name)), ("vendor", .text(product.vendor)),
            ("category", .text(product.category)), ("price", .text(product.price)), ("cost", .text(product.cost)),
            ("currency", .string(currency.code)), ("lifecycle", .string(product.lifecycle.rawValue)),
            ("codes", .array(identity.codes.map { .string($0.description) })),
            (
                "components",
                .array(
                    identity.components.map {
                        .object([("sku", .string($0.sku.text)), ("quantity", .integer($0.quantity))])
                    })
            ),
            (
                "claims",
                .array(
                    identity.claims.map {
                        .object([
                            ("field", .string($0.field.rawValue)), ("system", .string($0.system)),
                            ("value", .string($0.value)), ("at", .string($0.at.iso8601(in: zone))),
                        ])
                    })
            ), ("rows", .object(identity.rows.map { ($0.kind, .integer(Int64($0.count))) })),
        ])
    }

    /// As `Report` says.
    public var text: String {
        let product = identity.product
        var lines = [
            "\(product.sku)  \(product.name)",
            "  codes       " + identity.codes.map(\.description).joined(separator: ", "),
            "  known of it "
                + identity.rows.filter { $0.count > 0 }.map { "\($0.count) \($0.kind)" }.joined(separator: ", "),
        ]
        if !identity.components.isEmpty {
            lines.append(
                "  a kit of    "
                    + identity.components.map { "\($0.quantity) × \($0.sku)" }.joined(separator: ", "))
        }
        if !identity.claims.isEmpty {
            lines.append("")
            var table = TextTable([.init("FIELD"), .init("SYSTEM"), .init("SAYS"), .init("SINCE"), .init("")])
            var last: Contested?
            for claim in identity.claims {
                table.add([
                    claim.field.rawValue, claim.system, Readable.cut(claim.value, 60), claim.at.iso8601(in: zone),
                    claim.field == last ? "" : "holds",
                ])
                last = claim.field
            }
            lines.append(table.text)
        }
        return lines.map { $0.split(separator: "\n", omittingEmptySubsequences: false).map { String($0).printable } }
            .map { $0.joined(separator: "\n") }.joined(separator: "\n")
    }
}

extension Engine {
    /// A product by any of its codes.
    ///
    /// - Throws: `EngineError(.notFound)`.
    public func product(_ code: String) throws -> ProductReport {
        ProductReport(identity: try known(code), currency: settings.currency, zone: settings.zone)
    }

    private func known(_ code: String) throws -> ProductIdentity {
        guard let identity = try facts.identity(of: code) else {
            throw EngineError(.notFound, "no product is known as '\(code.printable)'")
        }
        return identity
    }

    /// Gives a product another SKU. The one that it had stays a code of it, so that sources may go on using it.
    ///
    /// - Throws: `EngineError(.notFound)`; `EngineError(.refused)` where another product has the code.
    public func rename(_ code: String, to name: String, actor: String) throws {
        let product = try known(code).product
        guard let sku = SKU(name) else {
            throw EngineError(.usage, "'\(name.printable)' is no SKU: 1 to 200 bytes without control characters")
        }
        if let other = try facts.product(name), other.id != product.id {
            throw EngineError(
                .refused,
                "'\(name.printable)' is a code of \(other.sku) already; penstock products merge makes the two one")
        }
        try keep(ProductAlias(product: ProductReference(sku), alias: ProductReference(product.sku)))
        try desk(actor: actor).note("product \(product.sku) is called \(sku) now", now: now(), actor: actor)
    }

    /// Makes two products one: all that is known of the first is known of the second, and its codes mean that one.
    ///
    /// - Throws: `EngineError(.notFound)`; `EngineError(.refused)` where they are one already.
    ///
    /// - Returns: counts that could not both be kept.
    @discardableResult
    public func merge(_ code: String, into other: String, actor: String) throws -> [String] {
        let (product, goal) = (try known(code).product, try known(other).product)
        guard product.id != goal.id else {
            throw EngineError(.refused, "'\(code.printable)' and '\(other.printable)' are one product already")
        }
        let lost = try facts.sharedCounts(of: product.id, and: goal.id)
        try keep(ProductAlias(product: ProductReference(goal.sku), alias: ProductReference(product.sku)))
        try desk(actor: actor).note(
            "product \(product.sku) is one with \(goal.sku) now", now: now(), actor: actor)
        return lost
    }

    /// Writes an alias into the shop's file of aliases, by which a rebuilt store knows it again, and takes it in.
    private func keep(_ alias: ProductAlias) throws {
        let writer = CSVWriter()
        try AliasesFormat.write([alias], to: writer)
        let lines = String(decoding: writer.bytes, as: UTF8.self)
        guard let end = lines.firstIndex(of: "\n") else { return }
        let before = try folder.text(folder.aliases) ?? String(lines[...end])
        let sink = try ByteSink(path: folder.aliases)
        try sink.write(Array((before + lines[lines.index(after: end)...]).utf8))
        try sink.finish()
        chmod(folder.aliases, folder.fileMode)
        let report = try importer().run(ByteSource(path: folder.aliases), layout: .known(.aliases))
        if let complaint = report.complaints.first { throw EngineError(.refused, complaint) }
    }
}
