import Domain
import Formats
import Store

extension Engine {
    /// Writes a file of offers to fill in: the shop's products by vendor, with what is known of their terms.
    ///
    /// Products without a vendor stand under a supplier of the vendor's name to be filled in. Only what is bought is
    /// listed, the best sellers of each vendor first. A name that a spreadsheet would take for a formula (it begins with
    /// `=`, `+`, `-` or `@`) gets a blank before it; the column is for the eye and is not read back.
    ///
    /// - Returns: how many products it lists.
    /// - Throws: `FormatError` where it cannot be written.
    public func writeOfferTemplate(to sink: ByteSink) throws -> Int {
        let today = settings.zone.day(of: try now())
        let offers = try facts.offers(on: today)
        let sellers = try facts.topSellers(in: today.advanced(by: -365)...today, limit: .max)
        let rank = Dictionary(uniqueKeysWithValues: sellers.enumerated().map { ($1.product, $0) })
        let products = try facts.products().filter(\.lifecycle.isReordered).sorted {
            ($0.vendor ?? "\u{10FFFF}", rank[$0.id] ?? .max, $0.sku) < (
                $1.vendor ?? "\u{10FFFF}", rank[$1.id] ?? .max, $1.sku
            )
        }
        let writer = CSVWriter(to: sink)
        try writer.record(OffersReader.header + ["name"])
        var count = 0
        for product in products {
            let known = offers[product.id] ?? []
            for offer in known.isEmpty ? [nil] : known.map(Optional.some) {
                count += 1
                try writer.record([
                    offer?.supplier.text ?? product.vendor ?? "", product.sku.text,
                    offer?.cost?.description ?? product.cost?.description ?? "",
                    offer?.currency.code ?? settings.currency.code, String(offer?.minimumQuantity ?? 1),
                    String(offer?.pack ?? 1), offer?.leadTimeDays.map(plain) ?? "",
                    offer.map { plain($0.leadTimeSpread) } ?? "",
                    offer?.expediteDays.map(plain) ?? "", offer?.validFrom?.description ?? "",
                    offer?.validTo?.description ?? "", inert(product.name),
                ])
            }
        }
        try writer.finish()
        return count
    }

    private func inert(_ name: String) -> String { name.first.map("=+-@".contains) == true ? " " + name : name }

    private func plain(_ days: Double) -> String { days == days.rounded() ? String(Int64(days)) : "\(days)" }
}
