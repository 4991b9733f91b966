import Domain
import GRDB

// What happens to stock besides sales: moves, receipts, and what suppliers say is on its way.

extension Facts {
    private static let moves = FactTable(
        "stock_move", tally: "stockMoves", keys: ["source", "number"],
        values: ["product", "origin", "goal", "quantity", "at", "reason"])

    static func take(_ facts: Facts, _ database: Database, _ move: StockMove, _ batch: Batch) throws -> Arrival {
        guard let product = try find(database, move.product) else { return unknown(move.product) }
        try noteChange(of: product, database)
        return try moves.keep(
            [batch.source, move.id],
            [
                product, move.from.map { try place(database, $0) }, move.to.map { try place(database, $0) },
                move.quantity, move.at.milliseconds, word(database, move.reason),
            ], of: batch, database)
    }

    private static let receipts = FactTable(
        "goods_receipt", tally: "goodsReceipts", keys: ["source", "number", "line"],
        values: [
            "purchase_number", "purchase_line", "supplier", "product", "place", "quantity", "damaged", "at", "lot",
            "expires_on", "cost", "currency",
        ])

    static func take(_ facts: Facts, _ database: Database, _ receipt: GoodsReceipt, _ batch: Batch) throws -> Arrival {
        guard let product = try find(database, receipt.product) else { return unknown(receipt.product) }
        try noteChange(of: product, database)
        return try receipts.keep(
            [batch.source, receipt.id, receipt.line],
            [
                receipt.order, receipt.orderLine, receipt.supplier.map { try supplier(database, $0) }, product,
                place(database, receipt.place), receipt.quantity, receipt.damaged, receipt.at.milliseconds, receipt.lot,
                receipt.expiresOn?.number, receipt.cost?.micros,
                receipt.cost == nil ? nil : (receipt.currency ?? facts.currency).code,
            ], of: batch, database)
    }

    private static let notices = FactTable(
        "ship_notice", tally: "shipNotices", keys: ["source", "supplier", "number", "line"],
        values: [
            "purchase_number", "purchase_line", "product", "quantity", "at", "expected_on", "carton", "version",
        ], version: "version")

    static func take(_ facts: Facts, _ database: Database, _ notice: ShipNotice, _ batch: Batch) throws -> Arrival {
        guard let product = try find(database, notice.product) else { return unknown(notice.product) }
        return try notices.keep(
            [
                batch.source, notice.supplier.map { try supplier(database, $0) } ?? 0, notice.id, notice.line,
            ],
            [
                notice.order, notice.orderLine, product, notice.quantity, notice.at.milliseconds,
                notice.expectedOn?.number, notice.carton,
                // A replacement written within the same second comes after what it replaces.
                notice.version.map { $0.milliseconds + (notice.isReplacement ? 1 : 0) },
            ], of: batch, database)
    }
}
