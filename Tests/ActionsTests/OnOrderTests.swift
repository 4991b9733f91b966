import Actions
import Domain
import Store
import Testing

@Suite struct OnOrderTests {
    private let now = Shop.start  // a Monday
    private var today: Day { Zone.utc.day(of: now) }

    private func confirmed(_ shop: Shop, _ quantities: [String: Int64] = ["A": 50, "B": 10]) throws -> Int64 {
        let id = try shop.approvedOrder(quantities)
        _ = try shop.claim(at: now.minutes(5))
        try shop.desk.settle(id, .done(receipt: "ok"), now: now.minutes(5), actor: "runner")
        return id
    }

    private func purchase(
        _ sku: String, _ quantity: Int64, line: String = "1", order: String = "4711", place: String = "main",
        days: Int = 0, reference: String? = nil
    ) throws -> PurchaseLine {
        PurchaseLine(
            order: order, line: line, supplier: try #require(SupplierName("Acme Ltd")), sku: try Shop.sku(sku),
            place: try #require(PlaceName(place)), quantity: quantity, currency: Shop.gbp,
            orderedOn: today.advanced(by: days), expectedOn: nil, reference: reference)
    }

    private func match(_ shop: Shop, _ purchases: [PurchaseLine]) throws -> [String] {
        try shop.desk.match(purchases, now: now.hours(1), actor: "runner").map { "\($0.sku) \($0.purchase.line)" }
    }

    @Test func whatIsDecidedIsOnOrderUntilThePurchaseSystemShowsIt() throws {
        let shop = try Shop()
        let id = try #require(try shop.propose([try Shop.proposal(["A": 50])]).opened.first)
        #expect(try shop.desk.onOrder().lines.isEmpty)
        try shop.approve(id)
        let line = try #require(try shop.desk.onOrder().lines.first)
        #expect(line.sku.text == "A" && line.place.text == "main" && line.quantity == 50)
        #expect(line.arrives == Day(number: 15_257) && line.state == .approved)
        _ = try shop.claim(at: now.minutes(5))
        #expect(try shop.desk.onOrder().lines.map(\.state) == [.sent])
        try shop.desk.settle(id, .done(receipt: "ok"), now: now, actor: "runner")
        let key = line.key
        #expect(try match(shop, [try purchase("A", 50, reference: key)]) == ["A 1"])
        #expect(try shop.desk.onOrder().lines.isEmpty)
    }

    @Test func ourReferenceMatchesWhateverTheQuantityBecame() throws {
        let shop = try Shop()
        let key = try #require(try shop.desk.record(try confirmed(shop)).effect?.key)
        #expect(try match(shop, [try purchase("A", 30, days: 90, reference: key)]) == ["A 1"])
        // A line of our order that we did not ask for matches nothing, also not by its quantity.
        #expect(try match(shop, [try purchase("B", 10, line: "2", reference: key)]) == ["B 2"])
        #expect(try match(shop, [try purchase("A", 30, line: "3", reference: key)]) == [])
    }

    @Test func withoutAReferenceSupplierProductQuantityAndWindowMatch() throws {
        let shop = try Shop()
        _ = try confirmed(shop)
        #expect(try match(shop, [try purchase("A", 49), try purchase("A", 50, line: "2", days: 8)]) == [])
        #expect(try match(shop, [try purchase("A", 50, line: "3", days: -8)]) == [])
        #expect(try match(shop, [try purchase("A", 50, line: "4", days: 7)]) == ["A 4"])
        // The same line again, and another like it, match nothing more.
        #expect(try match(shop, [try purchase("A", 50, line: "4", days: 7), try purchase("A", 50, line: "5")]) == [])
        #expect(try shop.desk.onOrder().lines.map(\.sku.text) == ["B"])
    }

    @Test func theNearestOfSeveralOrdersIsTakenAndEachOnce() throws {
        let shop = try Shop()
        let first = try confirmed(shop, ["A": 50])
        let second = try #require(try shop.propose([try Shop.proposal(["A": 50])], at: now.hours(72)).opened.first)
        try shop.approve(second, at: now.hours(72))
        _ = try shop.claim(at: now.hours(73))
        try shop.desk.settle(second, .done(receipt: "ok"), now: now.hours(73), actor: "runner")
        let matches = try shop.desk.match(
            [try purchase("A", 50, line: "1", days: 3), try purchase("A", 50, line: "2", days: 0)], now: now.hours(80),
            actor: "runner")
        #expect(matches.first { $0.purchase.line == "1" }?.action == second)
        #expect(matches.first { $0.purchase.line == "2" }?.action == first)
    }

    @Test func theOrderForTheSamePlaceIsPreferredToANearerDay() throws {
        let shop = try Shop()
        var harbour = try Shop.proposal(["A": 50])
        harbour.order.shipTo = try #require(PlaceName("harbour"))
        harbour.target = "Acme Ltd|harbour|GBP"
        let plan = [try Shop.proposal(["A": 50]), harbour]
        let ids = try shop.propose(plan).opened
        for (id, hour) in zip(ids, [0, 47] as [Int64]) {
            try shop.approve(id, at: now.hours(hour))
            _ = try shop.claim(at: now.hours(hour + 1))
            try shop.desk.settle(id, .done(receipt: "ok"), now: now.hours(hour + 1), actor: "runner")
        }
        let matches = try shop.desk.match(
            [try purchase("A", 50, place: "harbour", days: -1)], now: now.hours(50), actor: "runner")
        #expect(matches.map(\.action) == [ids[1]])
    }

    @Test func whatIsNotSentCannotHaveComeBack() throws {
        let shop = try Shop()
        _ = try shop.approvedOrder(["A": 50])
        #expect(try match(shop, [try purchase("A", 50)]) == [])
    }

    @Test func ourReferenceAtTheTargetProvesAnUnknownOrder() throws {
        let shop = try Shop()
        let id = try shop.approvedOrder(["A": 50])
        _ = try shop.claim(at: now.minutes(5))
        try shop.desk.settle(id, .unknown(reason: "no answer"), now: now, actor: "runner")
        let key = try #require(try shop.desk.record(id).effect?.key)
        #expect(try match(shop, [try purchase("A", 50, reference: key)]) == ["A 1"])
        #expect(try shop.action(id).state == .confirmed)
    }

    @Test func anOrderThatDoesNotComeBackSaysSoAfterAWorkingDay() throws {
        let shop = try Shop()
        let id = try confirmed(shop, ["A": 50])
        let action = try shop.action(id)
        #expect(!shop.desk.isUnseen(action, now: now.hours(30)))
        #expect(shop.desk.isUnseen(action, now: now.hours(48)))
        // Confirmed on a Friday, it has until the end of Monday.
        var friday = action
        friday.confirmedAt = now.hours(4 * 24)
        #expect(!shop.desk.isUnseen(friday, now: now.hours(7 * 24 + 10)))
        #expect(shop.desk.isUnseen(friday, now: now.hours(8 * 24)))
        _ = try match(shop, [try purchase("A", 50)])
        #expect(!shop.desk.isUnseen(try shop.action(id), now: now.hours(99)))
    }
}
