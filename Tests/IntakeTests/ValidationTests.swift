import Domain
import Formats
import Intake
import Store
import TestSupport
import Testing

/// What the rules make of facts: refused, put aside for a person, or taken in with a flag.
@Suite struct ValidationTests {
    private let moves = "id,sku,from,to,quantity,moved_at\n1,A,main,back,500,2011-10-03T10:00:00Z\n"

    private func large(_ severity: String) throws -> IntakeSettings {
        try settings(
            """
            [[rule]]
            name = "large"
            fact = "move"
            severity = "\(severity)"
            when = "quantity > 10"
            say = "{quantity} units"
            """)
    }

    private func settings(_ rules: String = "") throws -> IntakeSettings {
        try IntakeSettings(rules, file: "penstock.toml")
    }

    private func shop() throws -> FactsShop {
        let shop = try FactsShop()
        try shop.take(.products, "sku,name\nA,Thing\n")
        return shop
    }

    @Test func `what a rule refuses is in quarantine with the rule's name, and nowhere else`() throws {
        let shop = try shop()
        let report = try shop.take(moves, .known(.moves), settings: large("refuse"))
        #expect(report.count.refused == 1 && report.count.read == 1)
        #expect(report.complaints.first?.contains("large: 500 units") == true)
        #expect(try shop.facts.quarantined(.refused).map(\.code) == ["rule"])
        #expect(try shop.facts.tallies().map(\.kind) == ["products", "refused"])
    }

    @Test func `what a rule parks waits for a person, and is taken in with a flag when one says so`() throws {
        let shop = try shop()
        let settings = try large("park")
        #expect(try shop.take(moves, .known(.moves), settings: settings).count.parked == 1)
        #expect(try shop.importer(settings: settings).retryParked() == 0, "it does not flow in by itself")
        let row = try #require(try shop.facts.quarantined(.parked).first)
        #expect(try shop.importer(settings: settings).retry(row).count.accepted == 1)
        #expect(try shop.facts.flags(limit: 10).map(\.flag.says) == ["500 units"])
    }

    @Test func `a shop's rule takes the place of the one that ships under its name`() throws {
        let dear = "sku,name,price,cost\nB,Dear,1.00,2.00\n"
        for (severity, refused, flags) in [(nil, 0, 1), ("off", 0, 0), ("refuse", 1, 0)] {
            let shop = try FactsShop()
            let rule = severity.map {
                "[[rule]]\nname = \"cost-above-price\"\nfact = \"product\"\nseverity = \"\($0)\"\nwhen = \"cost > price\"\n"
            }
            let report = try shop.take(dear, .known(.products), settings: settings(rule ?? ""))
            #expect(report.count.refused == refused)
            #expect(try shop.facts.flags(limit: 10).count == flags)
        }
    }

    @Test(arguments: [
        ("[[rule]]\nfact = \"move\"\nname = \"x\"\nwhen = \"colour = 1\"", 4),
        ("[[rule]]\nfact = \"moove\"\nname = \"x\"", 2),
        ("[records]\nstock = [\"a\", \"a\"]", 2),
        ("[[rewrite]]\nlayout = \"offerz\"\ncolumn = \"a\"\nfrom = \"\"\nto = \"\"", 2),
    ])
    func `a mistake in the settings is told with its line`(text: String, line: Int) throws {
        let error = #expect(throws: (any Error).self) { try IntakeSettings(text, file: "penstock.toml") }
        #expect("\(try #require(error))".contains("penstock.toml, line \(line):"))
    }
}
