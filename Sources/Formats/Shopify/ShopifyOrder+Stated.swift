import Domain

extension ShopifyOrder {
    /// The sums that an order states of itself, as its lines can be compared with them: without tax.
    static func stated(_ row: JSONRow, _ currency: Currency, includesTax: Bool) throws(FormatError) -> StatedTotals {
        let items = row.objects("line_items")
        // Gift cards are money that is owed, in some of the sums and not in others.
        let isPaidByGift = row.member("payment_gateway_names")?.elements.contains { $0.text == "gift_card" } ?? false
        let isGift = isPaidByGift || items.contains { $0.bool("gift_card") == true }
        guard !isGift else { return StatedTotals() }
        func tax(_ parts: [JSONRow]) throws(FormatError) -> Int64? {
            var sum: Int64?
            for part in parts {
                for line in part.objects("tax_lines") {
                    sum = (sum ?? 0) &+ (try line.minorUnits("price", currency) ?? 0)
                }
            }
            return sum
        }
        let ofItems = try tax(items)
        let ofPostage = try tax(row.objects("shipping_lines"))
        var stated = StatedTotals(
            subtotal: try row.minorUnits("subtotal_price", currency),
            discounts: try row.minorUnits("total_discounts", currency),
            total: try row.minorUnits("total_price", currency), tax: try row.minorUnits("total_tax", currency),
            lineTax: ofItems == nil && ofPostage == nil ? nil : (ofItems ?? 0) &+ (ofPostage ?? 0))
        if includesTax {
            stated.subtotal = stated.subtotal.map { $0 &- (ofItems ?? 0) }
            // How much of a discount was tax is not told.
            stated.discounts = nil
        }
        // Tips and duties are in the total, and in no line.
        for extra in ["total_tip_received", "current_total_duties_set", "original_total_duties_set"] {
            if let amount = try? row.minorUnits(extra, currency), amount == 0 { continue }
            if row.object(extra) != nil || (row.text(extra).map { $0 != "null" } ?? false) { stated.total = nil }
        }
        return stated
    }
}
