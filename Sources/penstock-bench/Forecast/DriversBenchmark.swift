import ArgumentParser
import Forecasting

/// What promotions and holidays, and customers as a leading indicator, are worth on real stores.
struct DriversBenchmark: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "drivers",
        abstract: "Error of Rossmann's daily sales 1 to 28 days ahead with effects of drivers and without; and sensing."
    )

    @Option(help: "Folder with rossmann_open_days.csv.gz and store.csv.") var data: String
    @Option(help: "Months of 28 days that are tried, each from what was known before it.") var months = 8

    func run() throws {
        let shop = try Rossmann(folder: data)
        print("\(shop.stores) stores, \(shop.days) days")
        print("\nWAPE 1 to 28 days ahead of weekday means of 8 weeks: plain, and with effects taken out and put on")
        var all = SIMD3<Double>.zero
        for month in (1...max(1, months)).reversed() {
            let start = shop.days - 28 * month
            guard start >= 365 else { throw BenchError("\(months) months leave less than a year to learn from") }
            let clock = ContinuousClock()
            let begun = clock.now
            let sums = try errors(shop, start)
            all += sums
            print(
                "    from day \(start): \(decimals(sums[0] / sums[2], 4)) \(decimals(sums[1] / sums[2], 4)) in \(decimals((clock.now - begun) / .seconds(1), 1)) s"
            )
        }
        print("    all: \(decimals(all[0] / all[2], 4)) \(decimals(all[1] / all[2], 4))")
        try sense(shop)
    }

    /// Sums of absolute errors without and with effects, and of sales, of the 28 days from `start`.
    private func errors(_ rossmann: Rossmann, _ start: Int) throws -> SIMD3<Double> {
        let (days, horizon) = (rossmann.days, 28)
        var shop = ShopDays(
            demand: (0..<rossmann.stores).flatMap { rossmann.sales[$0 * days..<$0 * days + start] }, days: start,
            horizon: horizon)
        shop.groups = rossmann.groups
        shop.promotions = (0..<rossmann.stores).flatMap { store in
            (0..<start + horizon).map { rossmann.isPromoted[store * days + $0] ? Double.nan : 0 }
        }
        let first = rossmann.firstDay
        let calendar = Holidays(country: "DE")?.days(in: first - 7..<first + start + horizon + 7) ?? []
        shop.occasions = Dictionary(grouping: calendar, by: \.name).sorted { $0.key < $1.key }.map { name, days in
            ShopDays.Occasion(name: name, kind: days[0].kind.rawValue, days: days.map { $0.day - first })
        }
        let effects = try DayEffects(shop)
        var sums = SIMD3<Double>.zero
        for store in 0..<rossmann.stores {
            var usual = [SIMD3<Double>](repeating: .zero, count: 7)
            for day in start - 56..<start where !rossmann.sales[store * days + day].isNaN {
                let sold = rossmann.sales[store * days + day]
                usual[day % 7] += SIMD3(sold, sold / effects.effect(store, day: day).multiplier, 1)
            }
            for day in start..<start + horizon where usual[day % 7][2] > 0 {
                let sold = rossmann.sales[store * days + day]
                guard !sold.isNaN else { continue }
                let mean = usual[day % 7] / usual[day % 7][2]
                sums += SIMD3(
                    abs(sold - mean[0]), abs(sold - mean[1] * effects.effect(store, day: day).multiplier), sold)
            }
        }
        return sums
    }

    /// Customers of the evening before foretell no more than sales do: a right switch leaves nearly all stores off.
    private func sense(_ rossmann: Rossmann) throws {
        let recent = min(400, rossmann.days)
        func last(_ values: [Double], moved: Int = 0) -> [Double] {
            (0..<rossmann.stores).flatMap { store in
                let from = (store + moved) % rossmann.stores * rossmann.days
                return values[from + rossmann.days - recent..<from + rossmann.days]
            }
        }
        let demand = last(rossmann.sales).map { ($0 / 100).rounded() }
        print("\nSensing over \(recent) days: stores switched on; WAPE without, with, and as switched at the time")
        for (name, indicator) in [
            ("own customers", last(rossmann.customers)), ("another store's", last(rossmann.customers, moved: 37)),
        ] {
            let sensing = try DemandSensing(demand: demand, indicators: [indicator], days: recent)
            let figures = [sensing.skill.wapeWithout, sensing.skill.wapeWith, sensing.skillInUse.wapeWith]
            print(
                "    \(name): \(sensing.isOn.count { $0 }) of \(rossmann.stores); "
                    + figures.map { $0.map { decimals($0, 4) } ?? "none" }.joined(separator: " "))
        }
    }
}
