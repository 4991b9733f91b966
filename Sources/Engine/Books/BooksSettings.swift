import Config
import Domain
import Store

extension FiscalYear {
    /// `fiscal_year_starts_in`, `fiscal_calendar` and `fiscal_week_starts_on` of `penstock.toml`.
    init(_ table: ConfigTable) throws(ConfigError) {
        let first = try table.integer("fiscal_year_starts_in")
        if let first, !(1...12).contains(first) {
            throw table.error("fiscal_year_starts_in", "fiscal_year_starts_in is a month, 1 to 12")
        }
        var pattern: Pattern?
        if let text = try table.string("fiscal_calendar"), text != "months" {
            pattern = Pattern(rawValue: text)
            guard pattern != nil else {
                throw table.error(
                    "fiscal_calendar",
                    "fiscal_calendar must be months, \(Pattern.allCases.map(\.rawValue).joined(separator: ", "))")
            }
        }
        var weekday = Weekday.sunday
        if let text = try table.string("fiscal_week_starts_on") {
            guard let day = Weekday(text) else {
                throw table.error("fiscal_week_starts_on", "fiscal_week_starts_on must be a day such as \"sun\"")
            }
            weekday = day
        }
        // The National Retail Federation's year begins in February.
        self.init(firstMonth: first ?? (pattern == nil ? 1 : 2), pattern: pattern, firstWeekday: weekday)
    }
}

extension CostMethod {
    /// `cost_method` under `[books]` of `penstock.toml`.
    init(_ table: ConfigTable) throws(ConfigError) {
        guard let books = try table.table("books") else {
            self = .dayCost
            return
        }
        let text = try books.string("cost_method") ?? CostMethod.dayCost.rawValue
        guard let method = CostMethod(rawValue: text) else {
            throw books.error(
                "cost_method",
                "cost_method must be one of \(CostMethod.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        try books.end()
        self = method
    }
}
