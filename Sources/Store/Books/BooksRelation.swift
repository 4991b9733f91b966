import Domain

extension MetricRelation {
    /// The stock ledger: what stock did to the books, by the shop's cost method.
    static func books(_ product: [String: String], _ up: Int64) -> MetricRelation {
        func of(_ kinds: [LedgerKind], _ value: String) -> String {
            let list = kinds.map { String($0.rawValue) }.joined(separator: ", ")
            return "(CASE WHEN f.kind IN (\(list)) THEN \(value) ELSE 0 END)"
        }
        let inStock = LedgerKind.allCases.filter { $0 != .soldUncounted }
        let names = LedgerKind.allCases.map { "WHEN \($0.rawValue) THEN '\($0.name)'" }.joined(separator: " ")
        return MetricRelation(
            name: "books", money: ["stock_value", "cost_of_goods", "received", "corrected"],
            dimensions: ["sku", "product", "category", "vendor", "lifecycle", "place", "entry"],
            forms: [
                Form(
                    from: """
                        ledger_entry AS f JOIN product ON product.id = f.product LEFT JOIN pool ON pool.id = f.pool
                        """, day: "f.day",
                    fields: [
                        "stock_units": of(inStock, "f.units"), "stock_value": of(inStock, "f.value") + " * \(up)",
                        "stock_uncosted": of(inStock, "f.uncosted"),
                        "cost_of_goods": of(LedgerKind.costOfGoods, "-f.value") + " * \(up)",
                        "sold": of([.sale, .takenBack, .soldUncounted], "-f.units"),
                        "sold_uncosted": of(LedgerKind.costOfGoods, "-f.uncosted"),
                        "received": of([.receipt], "f.value") + " * \(up)",
                        "corrected": of([.countDifference, .adjustment], "f.value") + " * \(up)",
                        "entry": "(CASE f.kind \(names) END)",
                        "place": "coalesce(pool.name, '\(Facts.transitName)')",
                    ].merging(product) { a, _ in a })
            ])
    }

    /// Stages as they begin and end: added up, how many are waiting at a moment.
    static func queue() -> MetricRelation {
        MetricRelation(
            name: "queue", money: [], dimensions: ["stage", "place"],
            forms: [
                Form(
                    from: """
                        (SELECT stage, place, at, 1 AS change FROM stage_event UNION ALL
                            SELECT stage, place, ended_at, -1 FROM stage_event WHERE ended_at IS NOT NULL) AS f
                        JOIN word AS stage ON stage.id = f.stage LEFT JOIN place ON place.id = f.place
                        """, day: "shop_day(f.at)", moment: "f.at",
                    fields: [
                        "waiting": "f.change", "begun": "(f.change > 0)", "done": "(f.change < 0)",
                        "stage": "stage.text",
                        "place": "place.name",
                    ])
            ])
    }
}
