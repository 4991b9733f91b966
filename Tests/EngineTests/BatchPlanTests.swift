import Domain
import Testing

@testable import Engine

@Suite struct BatchPlanTests {
    private static let header = "unique_id,on_hand,on_order,unit_cost,unit_price,lead_time_days,lead_time_sd,pack,moq\n"
    private static let asOf = Day(number: 16_800)  // 2015-12-31

    /// What a plan gives: `unique_id` and the columns after it.
    private struct Run {
        var outcome: BatchOutcome
        var text: String
        var told: [String]

        func numbers(_ id: String) throws -> [Double] {
            let line = try #require(text.split(separator: "\n").first { $0.hasPrefix(id + ",") })
            return line.split(separator: ",").dropFirst().compactMap { Double($0) }
        }
        func quantity(_ id: String) throws -> Int { Int(try numbers(id)[0]) }

        init(_ demand: String, _ positions: String, change: (inout PlanBatch) -> Void = { _ in }) throws {
            let files = try BatchFiles()
            var batch = PlanBatch(
                demand: try files.write(demand, as: "demand.csv"),
                positions: try files.write(positions, as: "positions.csv"),
                asOf: asOf, reviewDays: 7, target: .serviceLevel(0.95), output: files.path("orders.csv"))
            change(&batch)
            var told: [String] = []
            outcome = try batch.run { told.append($0) }
            text = files.text("orders.csv") ?? ""
            self.told = told.map { $0.replacing(files.folder + "/", with: "") }
        }
    }

    /// A demand file whose series all end on the day before the plan.
    private static func demandFile(_ series: [(id: String, units: [Int])]) -> String {
        var text = "unique_id,ds,y,in_stock\n"
        for (id, units) in series {
            for (index, value) in units.enumerated() {
                text += "\(id),\(asOf.advanced(by: index - units.count)),\(value),1\n"
            }
        }
        return text
    }

    private static let steady = demandFile([("a", (0..<200).map { 3 + $0 % 3 })])

    @Test func anOrderCoversLeadTimeAndReviewInWholePacks() throws {
        let positions = BatchPlanTests.header + "a,20,10,2.5,4,7,0,12,30\n"
        let run = try Run(BatchPlanTests.steady, positions) { $0.explains = true }
        #expect(run.text.hasPrefix("unique_id,order_qty,reorder_point,order_up_to,demand_mean\n"))
        let found = try run.numbers("a")
        let (quantity, point, upTo, mean) = (Int(found[0]), Int(found[1]), Int(found[2]), found[3])
        // Four a day over seven days of lead time and seven of review.
        #expect(abs(mean - 56) < 0.5)
        #expect(point > 30 && upTo >= point)
        // Whole packs, at least the minimum in whole packs, and about up to the level: an order from further below brings
        // no more than the rounding to packs and what may be lost before it arrives.
        #expect(quantity % 12 == 0 && quantity >= 36)
        #expect(abs(30 + quantity - upTo) <= 12)
        #expect(run.outcome == BatchOutcome(series: 1, answered: 1))
    }

    @Test func whatIsOnOrderIsNotOrderedAgain() throws {
        let first = try Run(BatchPlanTests.steady, BatchPlanTests.header + "a,20,0,2.5,4,7,1.5,6,1\n").quantity("a")
        #expect(first > 0)
        #expect(
            try Run(BatchPlanTests.steady, BatchPlanTests.header + "a,20,\(first),2.5,4,7,1.5,6,1\n").quantity("a") == 0
        )
        #expect(
            try Run(BatchPlanTests.steady, BatchPlanTests.header + "a,\(20 + first),0,2.5,4,7,1.5,6,1\n").quantity("a")
                == 0)
    }

    @Test func aHigherTargetNeverOrdersLess() throws {
        let positions = BatchPlanTests.header + "a,5,0,2.5,4,9,3,1,1\n"
        // Below that, capital so dear makes order lines fewer and larger, though the reorder point falls on.
        let byService = try [0.5, 0.8, 0.9, 0.95, 0.99, 0.9999].map { level in
            try Run(BatchPlanTests.steady, positions) {
                $0.target = .serviceLevel(level)
                $0.explains = true
            }.numbers("a")
        }
        let points = byService.map { $0[1] }
        #expect(points == points.sorted() && Set(points).count > 4)
        let quantities = byService.dropFirst().map { $0[0] }
        #expect(quantities == quantities.sorted() && Set(quantities).count > 2)
        let byCost = try [0.01, 0.1, 1, 10].map { cost in
            try Run(BatchPlanTests.steady, positions) { $0.target = .shortageCost(cost) }.quantity("a")
        }
        #expect(byCost == byCost.sorted() && Set(byCost).count > 2)
    }

    /// At one price of capital the money goes where it saves most.
    @Test func whatEarnsMoreForItsCostIsKeptMoreOf() throws {
        let series = BatchPlanTests.demandFile(
            ["dear", "cheap"].map { (id: $0, units: (0..<200).map { 3 + $0 % 3 }) })
        let run = try Run(
            series, BatchPlanTests.header + "dear,0,0,9,10,9,3,1,1\ncheap,0,0,2,10,9,3,1,1\n"
        ) { $0.explains = true }
        #expect(try run.numbers("cheap")[1] > run.numbers("dear")[1])
        // Money may be counted in any unit.
        let pence = try Run(
            series, BatchPlanTests.header + "dear,0,0,900,1000,9,3,1,1\ncheap,0,0,200,1000,9,3,1,1\n"
        ) { $0.explains = true }
        #expect(pence.text == run.text)
    }

    @Test func orderLinesAreFewerWhereTheyAreWorthMore() throws {
        let positions = BatchPlanTests.header + "a,5,0,2.5,4,9,3,1,1\n"
        let orders = try [1.0, 11, 40].map { days in
            try Run(BatchPlanTests.steady, positions) { $0.orderDays = days }.quantity("a")
        }
        #expect(orders == orders.sorted() && orders[2] > orders[0])
    }

    @Test func positionsWithoutDemandOrderOnlyWhatIsOwed() throws {
        let run = try Run(BatchPlanTests.steady, BatchPlanTests.header + "new,0,0,1,2,7,1,6,1\nowed,-4,0,1,2,7,1,6,1\n")
        #expect(run.text == "unique_id,order_qty\nnew,0\nowed,6\n")
        #expect(run.told.contains("2 positions have no demand at all; only what is owed is ordered"))
        #expect(run.told.contains("1 series have no position and are not planned"))
        #expect(run.outcome.exitCode == 0)
    }

    /// A row of the positions file that is refused, and why.
    @Test(arguments: [
        ("a,1,0,1,2,7,1,0,1", "pack: '0' is no whole number from 1"),
        ("a,1,-1,1,2,7,1,1,1", "on_order: '-1' is no whole number from 0"),
        ("a,1,0,-1,2,7,1,1,1", "unit_cost: '-1' is no number from 0"),
        ("a,1,0,1,2,-7,1,1,1", "lead_time_days: '-7' is no number from 0 to 1000"),
        ("a,1,0,1,2,7,1001,1,1", "lead_time_sd: '1001' is no number from 0 to 1000"),
        ("a,1.5,0,1,2,7,1,1,1", "on_hand: '1.5' is no whole number"),
        ("a,,0,1,2,7,1,1,1", "on_hand: is blank"),
        ("a,1,0,1,2,,1,1,1", "lead_time_days: is blank"),
        ("a,1,0,1,2,7,1,six,1", "pack: 'six' is no whole number"),
        (",1,0,1,2,7,1,1,1", "unique_id: is blank"),
        ("a,1,0,1,2,7", "has 6 fields where the header has 9"),
        ("b,9,0,1,2,7,1,1,1", "series 'b' is there more than once; keep one row: it is not planned"),
    ])
    func aBadPositionIsRefusedAndNothingElse(row: String, said: String) throws {
        let good = "b,1,0,1,2,7,1,1,1\nc,0,0,1,2,7,1,1,1\n"
        let run = try Run(BatchPlanTests.steady, BatchPlanTests.header + good + row + "\n")
        #expect(run.outcome.exitCode == 1)
        #expect(run.told.contains { $0.hasPrefix("positions.csv:4: ") && $0.contains(said) }, "\(run.told)")
        #expect(!run.text.contains("\na,"))
        #expect(try run.quantity("c") == 0)
        #expect(run.text.contains("\nb,") == !row.hasPrefix("b,"))
    }

    @Test func blanksHaveTheirMeaning() throws {
        let run = try Run(BatchPlanTests.steady, "unique_id,on_hand,lead_time_days,pack\na,5.0,7,\n")
        let full = try Run(BatchPlanTests.steady, BatchPlanTests.header + "a,5,0,,,7,0,1,1\n")
        #expect(run.text == full.text)
    }

    @Test func demandThatIsNotKnownIsNotNoDemand() throws {
        let days = (1...40).map { "a,\(BatchPlanTests.asOf.advanced(by: -$0)),0,0\n" }.reversed()
        let run = try Run("unique_id,ds,y,in_stock\n" + days.joined(), BatchPlanTests.header + "a,0,0,1,2,7,1,1,1\n")
        #expect(run.text == "unique_id,order_qty\n")
        #expect(run.outcome.exitCode == 1)
        #expect(run.told.contains { $0.hasPrefix("series 'a': none of its days before 2015-12-31 was observed") })
    }

    @Test func theFutureIsNotHistory() throws {
        let positions = BatchPlanTests.header + "a,5,0,1,2,7,1,1,1\n"
        let plain = try Run(BatchPlanTests.steady, positions)
        let run = try Run(BatchPlanTests.steady + "a,2015-12-31,500,1\na,2016-01-01,500,1\n", positions)
        #expect(run.text == plain.text)
        #expect(run.told == ["2 rows on or after 2015-12-31 are not history and have been left out"])
    }

    @Test func neitherOrderNorThreadsChangeAPlan() throws {
        let series = (1...12).map { (id: "s\($0)", units: demand(120, mean: Double($0), seed: UInt64($0))) }
        let positions =
            BatchPlanTests.header + (1...12).map { "s\($0),\($0),0,1.5,3,\(4 + $0),2,\($0 % 4 + 1),5\n" }.joined()
        let file = BatchPlanTests.demandFile(series)
        let plain = try Run(file, positions)
        #expect(try Run(file, positions) { $0.jobs = 3 }.text == plain.text)
        let lines = file.split(separator: "\n")
        let dealt = (0..<lines.count - 1).map { lines[1 + ($0 * 17) % (lines.count - 1)] }
        #expect(try Run(([lines[0]] + dealt).joined(separator: "\n"), positions).text == plain.text)
        #expect(Set(plain.text.split(separator: "\n").dropFirst().map { $0.split(separator: ",")[1] }).count > 3)
    }

    /// A file large enough that its series teach each other.
    @Test func threadsDoNotChangeWhatSeriesTeachEachOther() throws {
        let series = (100..<200).map { (id: "s\($0)", units: demand(240, mean: Double($0 % 9 + 1), seed: UInt64($0))) }
        let positions =
            BatchPlanTests.header + (100..<200).map { "s\($0),\($0 % 40),0,1.5,3,\(4 + $0 % 12),2,1,5\n" }.joined()
        let file = BatchPlanTests.demandFile(series)
        let plain = try Run(file, positions)
        #expect(try Run(file, positions) { $0.jobs = 3 }.text == plain.text)
        #expect(plain.outcome == BatchOutcome(series: 100, answered: 100))
    }

    @Test func stockOutsInTheHistoryDoNotLowerOrders() throws {
        var text = "unique_id,ds,y,in_stock\n"
        for day in stride(from: 120, to: 0, by: -1) {
            text += "a,\(BatchPlanTests.asOf.advanced(by: -day)),\(day % 3 == 0 ? 0 : 6),\(day % 3 == 0 ? 0 : 1)\n"
        }
        let positions = BatchPlanTests.header + "a,5,0,1,2,7,0,1,1\n"
        let seeing = try Run(text, positions) { $0.explains = true }
        let blind = try Run(text.replacing("in_stock", with: "other"), positions) { $0.explains = true }
        let seen = try seeing.numbers("a")[3]
        #expect(abs(seen - 84) < 2.5, "\(seen)")
        #expect(try blind.numbers("a")[3] < 70)
        #expect(blind.told.contains("no column in_stock: every day is taken to have been in stock"))
    }

    @Test func aShortageCostNeedsTheUnitCost() throws {
        let run = try Run(BatchPlanTests.steady, BatchPlanTests.header + "a,5,0,,2,7,0,1,1\n") {
            $0.target = .shortageCost(2)
        }
        #expect(run.outcome.exitCode == 1)
        #expect(run.told == ["series 'a': a shortage cost is weighed against the unit cost; give unit_cost"])
    }

    @Test func targetsAndFilesThatMakeNoSenseAreRefused() throws {
        let changes: [((inout PlanBatch) -> Void, EngineError.Code)] = [
            ({ $0.target = .serviceLevel(1) }, .usage), ({ $0.target = .serviceLevel(0) }, .usage),
            ({ $0.target = .serviceLevel(.nan) }, .usage), ({ $0.target = .shortageCost(0) }, .usage),
            ({ $0.reviewDays = 0 }, .usage), ({ $0.jobs = 0 }, .usage), ({ $0.holdingRate = 0 }, .usage),
            ({ $0.orderDays = 0 }, .usage),
            ({ $0.demand += ".none" }, .notFound), ({ $0.positions += ".none" }, .notFound),
            ({ $0.positions = $0.demand }, .usage), ({ $0.demand = $0.positions }, .usage),
        ]
        for (change, code) in changes {
            let error = #expect(throws: EngineError.self) {
                try Run(BatchPlanTests.steady, BatchPlanTests.header + "a,5,0,1,2,7,0,1,1\n", change: change)
            }
            #expect(error?.code == code)
        }
        let error = #expect(throws: EngineError.self) {
            try Run("unique_id,ds,y\na,1,1\n", BatchPlanTests.header + "a,5,0,1,2,7,0,1,1\n")
        }
        #expect(error?.message == "ds of a plan's demand are dates, such as 2016-05-23, not whole numbers")
    }
}
