import Domain

// What takes back from an order: refunds, within its document or on their own, and edits.

extension ShopifyOrder {
    /// A refund as the webhook `refunds/create` tells of it.
    static func readRefund(_ row: JSONRow) throws(FormatError) -> OrderAmendment {
        try readRefund(row, order: row.identifier("order_id"), lines: [:], shipped: [], taxShare: nil)
    }

    /// A refund as the order's document holds it.
    ///
    /// - Parameters:
    ///   - lines: the order's lines by their ids, where they are known.
    ///   - shipped: ids of the lines that had gone out.
    ///   - taxShare: what of the order's total is net, and the total; nil where nobody can tell.
    static func readRefund(
        _ row: JSONRow, order: String, lines: [String: OrderLine], shipped: Set<String>,
        taxShare: (net: Int64, all: Int64)?
    ) throws(FormatError) -> OrderAmendment {
        let id = try row.identifier("id")
        let at = try row.requiredMoment("processed_at", "created_at")
        var entries: [OrderAmendment.Entry] = []
        for item in row.objects("refund_line_items") {
            let line = try item.identifier("line_item_id")
            let units = try item.requiredInteger("quantity", 0...Limits.quantity)
            let inner = item.object("line_item")
            let isShipped = shipped.contains(line) || inner?.text("fulfillment_status") == "fulfilled"
            let restock = item.text("restock_type")?.lowercased()
            let isMoney = inner?.bool("gift_card") == true || lines[line]?.kind == .notProduct
            entries.append(
                OrderAmendment.Entry(
                    id: try item.identifier("id"), line: line, quantity: units,
                    amount: try item.price("subtotal"),
                    kind: isMoney
                        ? .notProduct
                        : restock == "return" || (restock != "cancel" && isShipped)
                            ? .return : .cancellation,
                    isSellable: restock.flatMap {
                        $0 == "return" || $0 == "legacy_restock" ? true : $0 == "no_restock" ? false : nil
                    },
                    returnedTo: restock == "return" || restock == "legacy_restock"
                        ? try item.optionalName("location_id") : nil, title: inner?.text("title") ?? ""))
        }
        let items = entries.count
        let postage = try readPostage(row, into: &entries)
        // A refund of an amount alone: its tax is not told, so it has the share that the order has.
        if items == 0, let given = try amount(row, less: postage) {
            let net = taxShare.map { rounded(Int128(given) * Int128($0.net), Int128($0.all)) } ?? given
            var entry = OrderAmendment.Entry(
                id: "amount \(id)", line: nil, quantity: 0, amount: UnitPrice(micros: net), kind: .return,
                title: row.text("note") ?? "")
            entry.includesTax = taxShare == nil
            entries.append(entry)
        }
        return OrderAmendment(order: order, at: at, entries: entries)
    }

    /// Reads what was given back of postage, and what else was settled besides the lines.
    ///
    /// - Returns: the postage with its tax, in millionths; nil where something else was settled, which then is the amount.
    private static func readPostage(
        _ row: JSONRow, into entries: inout [OrderAmendment.Entry]
    ) throws(FormatError) -> Int64? {
        var given: Int64 = 0
        var isSettled = false
        let postage = row.objects("refund_shipping_lines")
        for line in postage {
            guard let money = line.object("subtotal_amount_set")?.object("shop_money"),
                let amount = try money.price("amount"), amount.micros != 0
            else { continue }
            given = try sum(given, amount.micros, of: line, "subtotal_amount_set")
            for tax in line.objects("tax_lines") {
                given = try sum(given, try tax.price("price")?.micros, of: tax, "price")
            }
            entries.append(
                OrderAmendment.Entry(
                    id: "shipping \(try line.identifier("id"))", line: nil, quantity: 0, amount: amount,
                    kind: .notProduct, title: line.object("shipping_line")?.text("title") ?? ""))
        }
        for adjustment in row.objects("order_adjustments") {
            // Shopify writes what the shop gives back as a negative amount.
            guard let amount = try adjustment.price("amount"), amount.micros != 0 else { continue }
            let isPostage = adjustment.text("kind") == "shipping_refund"
            // Releases before 2024-10 tell of postage here; none may count it twice.
            if isPostage, !postage.isEmpty { continue }
            if isPostage {
                given = try sum(given, 0 &- amount.micros, of: adjustment, "amount")
                given = try sum(
                    given, try adjustment.price("tax_amount").map { 0 &- $0.micros }, of: adjustment, "tax_amount")
            } else {
                isSettled = true
            }
            let id = try adjustment.identifier("id")
            entries.append(
                OrderAmendment.Entry(
                    // Shopify's ids are numbers: what was no adjustment, and was written as one, has kept its own id.
                    id: ["amount ", "shipping "].contains(where: id.hasPrefix) ? id : "adjustment \(id)", line: nil,
                    quantity: 0,
                    amount: UnitPrice(micros: 0 &- amount.micros),
                    kind: isPostage ? .notProduct : .return, title: adjustment.text("reason") ?? ""))
        }
        return isSettled ? nil : given
    }

    /// The money given back beyond the postage, in millionths; nil where there is none, or it is told otherwise.
    private static func amount(_ row: JSONRow, less postage: Int64?) throws(FormatError) -> Int64? {
        guard let postage else { return nil }
        var given: Int64 = 0
        for transaction in row.objects("transactions")
        where transaction.text("kind") == "refund" && transaction.text("status") ?? "success" == "success" {
            given = try sum(given, try transaction.price("amount")?.micros, of: transaction, "amount")
        }
        guard given != 0 else { return nil }
        given = try sum(given, 0 &- postage, of: row, "transactions")
        return postage == 0 ? given : given > 0 ? given : nil
    }

    /// An edit as the webhook `orders/edited` tells of it: what it took away. What it adds comes with the order itself,
    /// since the message has neither its product nor its price.
    static func readEdit(_ row: JSONRow) throws(FormatError) -> OrderAmendment {
        let id = try row.identifier("id")
        var entries: [OrderAmendment.Entry] = []
        for removal in row.object("line_items")?.objects("removals") ?? [] {
            let line = try removal.identifier("id")
            entries.append(
                OrderAmendment.Entry(
                    id: "\(OrderAmendment.edited)\(id) \(line)", line: line,
                    quantity: try removal.requiredInteger("delta", 1...Limits.quantity),
                    amount: nil, kind: .cancellation, title: "edited, \(id)"))
        }
        return OrderAmendment(
            order: try row.identifier("order_id"),
            at: try row.requiredMoment("committed_at", "created_at"), entries: entries)
    }

    /// What the order's total is without tax, and the total; nil where it does not say.
    static func taxShare(_ row: JSONRow, _ currency: Currency) throws(FormatError) -> (net: Int64, all: Int64)? {
        guard let total = try row.minorUnits("total_price", currency),
            let tax = try row.minorUnits("total_tax", currency),
            total > tax, tax >= 0
        else { return nil }
        return (total - tax, total)
    }
}
