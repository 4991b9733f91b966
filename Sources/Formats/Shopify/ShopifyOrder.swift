import Domain

/// Reads an order of Shopify's REST resource and webhooks as one document, exactly.
///
/// - Sales stand at their price less the discounts allocated to them, without tax: where prices include tax, the line's
///   own tax is taken out of price and discount alike. Gift cards, tips and postage are no products: money, but no
///   sale. Gross is units × price, and what is left after discounts is what the line sold for.
/// - What was refunded is taken back on the day of the refund, at the refund's own subtotal; money given back without
///   units is an entry of its own. Units that an edit took away before anything was shipped are cancelled, as are those
///   of a cancelled order.
/// - Number: `name`; key: `id`, by which refunds and shipments refer to it; version: `updated_at`.
public enum ShopifyOrder {
    static func read(_ row: JSONRow) throws(FormatError) -> OrderDocument {
        let currency = try row.currency("currency")
        let ordered = try row.requiredMoment("processed_at", "created_at")
        var order = OrderDocument(
            number: try row.identifier("name", "id"), orderedAt: ordered,
            version: try row.moment("updated_at"), currency: currency,
            place: try row.optionalName("location_id"), customer: customer(row))
        order.key = try row.optionalIdentifier("id")
        order.channel = row.text("source_name")
        order.isTest = row.bool("test") ?? false
        order.isWholesale = row.object("company") != nil || isWholesale(row)
        let includesTax = row.bool("taxes_included") ?? false
        order.stated = try stated(row, currency, includesTax: includesTax)
        let shipped = try shippedAt(row)
        let cancelledAt = try row.moment("cancelled_at")
        var takenBack: [String: Int64] = [:]
        var refunds: [OrderLine] = []
        var lines: [String: OrderLine] = [:]
        for item in row.objects("line_items") {
            let id = try item.identifier("id")
            let line = try line(item, id: id, currency, includesTax: includesTax, shippedAt: shipped[id])
            lines[id] = line
            if line.quantity > 0 { order.lines.append(line) }
        }
        let shippedLines = Set(shipped.keys)
        let share = try taxShare(row, currency)
        for refund in row.objects("refunds") {
            let amendment = try readRefund(
                refund, order: order.key ?? order.number, lines: lines, shipped: shippedLines, taxShare: share)
            for entry in amendment.entries {
                if let line = entry.line { takenBack[line, default: 0] += entry.quantity }
                refunds.append(
                    line(of: entry, at: amendment.at, from: entry.line.flatMap { lines[$0] }, currency: currency))
            }
        }
        for item in row.objects("line_items") {
            let id = try item.identifier("id")
            guard let line = lines[id], line.quantity > 0 else { continue }
            let left = line.quantity - (takenBack[id] ?? 0)
            let current = try item.integer("current_quantity", 0...Limits.quantity) ?? left
            let gone = cancelledAt != nil ? left : max(0, left - current)
            guard gone > 0 else { continue }
            let entry = OrderAmendment.Entry(
                id: (cancelledAt == nil ? OrderAmendment.edit : OrderAmendment.cancelled) + id, line: id,
                quantity: gone, amount: nil,
                kind: line.kind == .notProduct ? .notProduct : shipped[id] == nil ? .cancellation : .return,
                title: line.title)
            // When it was edited the order does not say: at the latest when it was changed last. On the day it was placed
            // all of it was ordered.
            let at = cancelledAt ?? order.version.map { max($0, ordered) }
            refunds.append(self.line(of: entry, at: at, from: line, currency: currency))
        }
        for postage in row.objects("shipping_lines") {
            if let line = try postageLine(postage, currency, includesTax: includesTax) { order.lines.append(line) }
        }
        order.lines += refunds
        return order
    }

    private static func customer(_ row: JSONRow) -> String? {
        let mail = row.text("email") ?? row.text("contact_email") ?? row.object("customer")?.text("email")
        return mail?.lowercased() ?? row.object("customer")?.text("id")
    }

    private static func isWholesale(_ row: JSONRow) -> Bool {
        let tags = [row.text("tags"), row.object("customer")?.text("tags")].compactMap { $0 }
        return tags.contains { tag in
            tag.split(separator: ",").contains { CustomerGroup($0) == .wholesale }
        }
    }

    /// When each line's last parcel left, by the line's id.
    private static func shippedAt(_ row: JSONRow) throws(FormatError) -> [String: Instant] {
        var moments: [String: Instant] = [:]
        var units: [String: Int64] = [:]
        for parcel in row.objects("fulfillments") where parcel.text("status") ?? "success" == "success" {
            guard let at = try parcel.moment("created_at") else { continue }
            for item in parcel.objects("line_items") {
                let id = try item.identifier("id")
                units[id, default: 0] += try item.integer("quantity", 0...Limits.quantity) ?? 0
                moments[id] = max(moments[id] ?? at, at)
            }
        }
        for item in row.objects("line_items") {
            let id = try item.identifier("id")
            let wanted = try item.integer("quantity", 0...Limits.quantity) ?? 0
            if let shipped = units[id], shipped < wanted, item.text("fulfillment_status") != "fulfilled" {
                moments[id] = nil
            }
        }
        return moments
    }

    private static func line(
        _ item: JSONRow, id: String, _ currency: Currency, includesTax: Bool, shippedAt: Instant?
    ) throws(FormatError) -> OrderLine {
        let units = try item.requiredInteger("quantity", 0...Limits.quantity)
        let price = try item.requiredPrice("price")
        guard price.micros >= 0 else {
            throw item.error(
                .outOfRange, "is negative; what is taken off is a discount, what is given back a refund", "price")
        }
        var discount: Int64 = 0
        let allocations = item.objects("discount_allocations")
        for allocation in allocations {
            discount = try sum(discount, try allocation.minorUnits("amount", currency), of: allocation, "amount")
        }
        if allocations.isEmpty { discount = try item.minorUnits("total_discount", currency) ?? 0 }
        guard discount >= 0 else {
            throw item.error(
                .outOfRange, "is negative; a discount is 0 or more",
                allocations.isEmpty ? "total_discount" : "discount_allocations")
        }
        let title = [item.text("title"), item.text("variant_title")].compactMap { $0 }.joined(separator: " - ")
        let words = item.text("name") ?? title
        let ships = item.bool("requires_shipping") ?? true
        let code = item.text("sku")
        let isProduct =
            item.bool("gift_card") != true
            && (code == nil
                ? ships && words.lowercased() != "tip" : ships || !words.lowercased().hasPrefix("gift card"))
        var sku: SKU?
        if isProduct {
            sku = code == nil ? SKU(words) : try item.optionalName("sku")
            guard sku != nil else {
                throw item.error(.missingValue, "is blank, and so is the name: nothing says what was sold", "sku")
            }
        }
        let (unitPrice, off) =
            includesTax ? try withoutTax(item, units, price, discount, currency) : (price, discount)
        var line = OrderLine(
            line: id, sku: sku, title: words, quantity: units, unitPrice: unitPrice, discount: off,
            kind: isProduct ? .sale : .notProduct, shippedAt: shippedAt)
        if isProduct, code == nil {
            line.product = try item.optionalIdentifier("variant_id").flatMap { ProductReference.variant($0) }
        }
        return line
    }

    /// Price and discount of a line without the tax that is in them: the line's own tax, spread over both alike.
    private static func withoutTax(
        _ item: JSONRow, _ units: Int64, _ price: UnitPrice, _ discount: Int64, _ currency: Currency
    ) throws(FormatError) -> (UnitPrice, Int64) {
        var tax: Int64 = 0
        for part in item.objects("tax_lines") {
            tax = try sum(tax, try part.minorUnits("price", currency), of: part, "price")
        }
        guard units > 0, tax > 0, let gross = price.total(units, currency: currency), gross > discount else {
            return (price, discount)
        }
        let (net, all) = (Int128(gross - discount - tax), Int128(gross - discount))
        let off = rounded(Int128(discount) * net, all)
        let scale = Int128(FixedPoint.powers[6 - currency.decimals])
        return (UnitPrice(micros: rounded((net + Int128(off)) * scale, Int128(units))), off)
    }

    private static func postageLine(
        _ row: JSONRow, _ currency: Currency, includesTax: Bool
    ) throws(FormatError) -> OrderLine? {
        guard let price = try row.price("price"), price.micros != 0 else { return nil }
        let paid = try row.price("discounted_price") ?? price
        let (difference, overflow) = price.micros.subtractingReportingOverflow(paid.micros)
        guard !overflow else {
            throw row.error(.outOfRange, "is too far from the price to be stored", "discounted_price")
        }
        let off = max(0, difference)
        let discount = FixedPoint.rounded(off, dividedBy: FixedPoint.powers[6 - currency.decimals])
        let (unitPrice, less) =
            includesTax ? try withoutTax(row, 1, price, discount, currency) : (price, discount)
        return OrderLine(
            line: "shipping \(row.text("id") ?? "0")", sku: nil, title: row.text("title") ?? "shipping", quantity: 1,
            unitPrice: unitPrice, discount: less, kind: .notProduct)
    }

    /// An entry as a line of the order's document, as the store makes it of an amendment that comes alone.
    private static func line(
        of entry: OrderAmendment.Entry, at: Instant?, from original: OrderLine?, currency: Currency
    ) -> OrderLine {
        var amount = entry.amount?.total(1, currency: currency) ?? 0
        if entry.amount == nil, let original, original.quantity > 0,
            let gross = original.unitPrice.total(original.quantity, currency: currency)
        {
            amount = rounded(Int128(gross - original.discount) * Int128(entry.quantity), Int128(original.quantity))
        }
        var line = OrderLine(
            line: "amendment \(entry.id)", sku: entry.kind == .notProduct ? nil : original?.sku, title: entry.title,
            quantity: -entry.quantity, unitPrice: UnitPrice(micros: 0), discount: 0, kind: entry.kind, at: at,
            isSellable: entry.isSellable, returnedTo: entry.returnedTo)
        line.product = entry.kind == .notProduct ? nil : original?.product
        if entry.quantity == 0 {
            line.discount = amount
        } else {
            let scale = Int128(FixedPoint.powers[6 - currency.decimals])
            line.unitPrice = UnitPrice(micros: rounded(Int128(amount) * scale, Int128(entry.quantity)))
        }
        return line
    }

    /// A sum that must fit.
    static func sum(
        _ sum: Int64, _ more: Int64?, of row: JSONRow, _ name: String
    ) throws(FormatError) -> Int64 {
        let (total, overflow) = sum.addingReportingOverflow(more ?? 0)
        guard !overflow else { throw row.error(.outOfRange, "makes the sum too large to be stored", name) }
        return total
    }

    /// A quotient to the nearest whole number, halves away from zero.
    static func rounded(_ value: Int128, _ divisor: Int128) -> Int64 {
        let quotient = value / divisor
        let remainder = value % divisor
        return Int64(clamping: remainder.magnitude * 2 >= divisor.magnitude ? quotient + value.signum() : quotient)
    }
}
