import Engine
import FoundationEssentials
import Testing

@testable import penstock_bench

@Suite("The sample shop")
struct SampleShopTests {
    // One test: the shop takes seconds to make, and each step needs the one before.
    @Test(
        "On its first morning 8 to 12 orders wait and one more is blocked; the whole extract is taken in without a refusal"
    )
    func firstMorning() throws {
        let path = FileManager.default.temporaryDirectory.path + "/sample-shop-\(UInt64.random(in: 0 ... .max))"
        defer { try? FileManager.default.removeItem(atPath: path) }
        let demo = try Demo(at: path, sample: SampleFolder.path, actor: "ann")
        let engine = demo.engine
        let actions = try engine.decisions.read { try $0.actions(in: Set(ActionState.allCases)) }
        #expect((8...12).contains(actions.filter { $0.state == .proposed }.count))
        #expect(actions.filter { $0.state != .proposed }.map(\.state) == [.held])
        #expect(actions.filter { $0.state == .held }.allSatisfy { $0.reason.contains("the limit is 11000.00 GBP") })
        // Far enough from the limit on either side that a better forecast does not move an order across it.
        let values = actions.filter { $0.header.currency.code == "GBP" }.map(\.value).sorted().suffix(2)
        #expect(try #require(values.first) < 990_000)
        #expect(try #require(values.last) > 1_210_000)

        let plans = try engine.plans(actor: "ann")
        #expect(plans.count == 300)
        let due = plans.filter { ($0.line?.quantity ?? 0) > 0 }
        #expect((45...120).contains(due.count))
        #expect(plans.filter { $0.stock.map { $0.onHand == 0 } ?? false }.count >= 5)
        #expect(plans.filter { $0.missing.contains(.count) }.count == 12)
        #expect(plans.filter { $0.missing.contains(.offer) }.count == 8)
        #expect(plans.filter(\.leadTimeAssumed).count == 6)
        #expect(plans.filter { !$0.product.lifecycle.isReordered }.count == 23)
        #expect(plans.contains { plan in (plan.stock?.onHand ?? 0) > Int64(150 * max(0.1, plan.dailyDemand)) })

        // What the first morning does not know yet is taken in as well: nothing is refused, nothing waits for a product.
        var lines = try RetailLines(path: "\(SampleFolder.path)/orders.csv.gz")
        var later = Array((lines.csv.header.joined(separator: ",") + "\n").utf8)
        while let line = try lines.next() {
            if line.day >= ProductSales.opening { later += lines.csv.raw + [0x0A] }
        }
        let report = try engine.importer().run(
            ByteSource(bytes: later, name: "later.csv"), layout: .mapped(engine.mapping("online-retail")))
        #expect(report.count.accepted == report.count.read)
        #expect(report.count.read > 10_000)
        #expect(try engine.facts.quarantined(.refused, limit: 10, after: 0).isEmpty)
        #expect(try engine.facts.quarantined(.parked, limit: 10, after: 0).isEmpty)
    }
}
