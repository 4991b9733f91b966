import Engine
import FoundationEssentials
import TestSupport
import Testing

/// The books and their comparison, through the program.
@Suite struct BooksCommandTests {
    @Test func `closing, restating and comparing end with the codes of the contract`() throws {
        let shop = try CommandShop()
        try shop.stock(products: 2)
        let early = try shop.run("books", "close", "2011-10")
        #expect(early.code == 3 && early.error.contains("the month is not over"))
        #expect(try shop.run("books", "close", "september").code == 2)
        #expect(try shop.run("books", "show", "2011-09").code == 6)
        let refused = try shop.run("books", "close", "2011-09")
        #expect(refused.code == 0, "\(refused.error)")
        #expect(try shop.run("books", "close", "2011-09").code == 3)
        #expect(try shop.run("books", "restatements", "2011-09").code == 0)
        try shop.take("sku,place,quantity,state,counted_at\nP0,main,9,on-hand,2011-09-30T18:00:00Z\n", as: "late.csv")
        let restated = try shop.run("books", "restatements", "2011-09")
        #expect(restated.code == 1 && restated.output.contains("late.csv"), "\(restated.output) \(restated.error)")
        let value = try shop.run("books", "stock-value", "--as-of", "2011-09-30", "--by", "sku,place", "--csv")
        #expect(value.code == 0 && value.output.hasPrefix("sku,place,units,value,currency,units_without_cost"))
        #expect(try shop.run("books", "stock-value", "--by", "colour").code == 2)

        let own = try AnyJSON(
            shop.run("metrics", "query", "units", "--by", "order", "--from", "2011-09-30", "--json").output)
        let rows = (own["rows"]?.list ?? []).compactMap { row in
            row["order"]?.text.flatMap { order in row["value"]?.integer.map { "\(order),\($0)\n" } }
        }
        #expect(!rows.isEmpty)
        let same = try shop.folder.write("order,units\n" + rows.joined(), to: "same.csv")
        let arguments = ["--metric", "units", "--from", "2011-09-30"]
        let equal = try shop.start(["metrics", "diff", same] + arguments).wait()
        #expect(equal.code == 0, "\(equal.output) \(equal.error)")
        let fewer = try shop.folder.write("order,units\n" + rows.dropFirst().joined(), to: "fewer.csv")
        let differs = try shop.start(["metrics", "diff", fewer, "--csv"] + arguments).wait()
        #expect(differs.code == 1 && differs.output.contains("only-here"))
        #expect(try shop.run("metrics", "diff", "/nowhere.csv", "--metric", "units").code == 6)
    }

    @Test func `a metric that is wrong is told at once, with its file and line`() throws {
        let shop = try CommandShop()
        let own = """
            [[metric]]
            name = "lamps"
            title = "Lamps"
            words = "Lamps."
            unit = "units"
            kind = "sum"
            facts = "sales"
            value = "sku"

            """
        try Data(own.utf8).write(to: URL(filePath: "\(shop.shop.path)/metrics.toml"))
        for arguments in [["run", "--once"], ["metrics", "list"], ["metrics", "query", "units"]] {
            let ending = try shop.start(arguments).wait()
            #expect(ending.code == 2 && ending.error.contains("/metrics.toml:8: 'sku' is a text"), "\(ending.error)")
        }
        let doctor = try shop.run("doctor")
        #expect(doctor.code == 1 && doctor.output.contains("/metrics.toml:8: "), "\(doctor.output)")
    }
}
