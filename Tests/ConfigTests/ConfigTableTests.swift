import Config
import Testing

@Suite struct ConfigTableTests {
    /// A file with one of everything; each line is what the tests count on.
    private static let text = """
        # a shop
        name = "Gifts"
        count = 12
        share = 0.25
        open = true
        days = ["mon", "fri"]

        [executor.reorder]
        kind = "file"

        [[kind]]
        is = "sale"

        [[kind]]
        is = "return"
        wen = "oops"
        """

    private func table() throws -> ConfigTable { try ConfigTable(ConfigTableTests.text, file: "shop.toml") }

    @Test func `values come as what they are`() throws {
        let table = try table()
        #expect(try table.string("name") == "Gifts")
        #expect(try table.integer("count") == 12)
        #expect(try table.number("share") == 0.25)
        #expect(try table.number("count") == 12)
        #expect(try table.boolean("open") == true)
        #expect(try table.strings("days") == ["mon", "fri"])
        #expect(try table.table("executor")?.table("reorder")?.string("kind") == "file")
        #expect(try table.tables("kind").map { try $0.string("is") } == ["sale", "return"])
        try table.end()
    }

    @Test func `what is missing is nil or empty`() throws {
        let table = try table()
        #expect(try table.string("no") == nil && table.integer("no") == nil && table.number("no") == nil)
        #expect(try table.boolean("no") == nil && table.strings("no") == nil && table.table("no") == nil)
        #expect(try table.tables("no").isEmpty)
    }

    enum Wanted: Sendable { case text, whole, number, truth, texts, table, tables }

    @Test(
        arguments: [
            (2, "name", .whole, "whole number"), (3, "count", .text, "text"), (4, "share", .truth, "true or false"),
            (2, "name", .texts, "list of texts"), (5, "open", .number, "number"), (3, "count", .table, "[count]"),
            (6, "days", .tables, "[[days]]"), (4, "share", .whole, "whole number"),
        ] as [(Int, String, Wanted, String)])
    func `a wrong type is an error with its line and what it should be`(
        line: Int, key: String, wanted: Wanted, words: String
    ) throws {
        let table = try table()
        let error = #expect(throws: ConfigError.self) {
            switch wanted {
            case .text: _ = try table.string(key)
            case .whole: _ = try table.integer(key)
            case .number: _ = try table.number(key)
            case .truth: _ = try table.boolean(key)
            case .texts: _ = try table.strings(key)
            case .table: _ = try table.table(key)
            case .tables: _ = try table.tables(key)
            }
        }
        #expect(error?.line == line)
        #expect(error?.message.contains(words) == true, "\(error?.message ?? "")")
        #expect(error?.description.hasPrefix("shop.toml, line \(line): ") == true)
    }

    @Test func `a key that nobody asked for is an error with its line, in the second table of a list too`() throws {
        let table = try table()
        for key in ["name", "count", "share", "open", "executor", "kind"] where key != "kind" {
            _ = try? table.string(key)
        }
        _ = try table.tables("kind")
        let error = #expect(throws: ConfigError.self) { try table.end() }
        #expect(error?.line == 6)
        #expect(error?.message.contains("'days'") == true && error?.message.contains("share") == true)

        let second = try table.tables("kind")[1]
        _ = try second.string("is")
        let misspelt = #expect(throws: ConfigError.self) { try second.end() }
        #expect(misspelt?.line == 16)
        #expect(misspelt?.message.contains("'wen'") == true)
    }

    @Test(arguments: [("a = \n", 1), ("a = 1\nb = [1,\n", 2), ("a = 1\na = 2\n", 2), ("[x\n", 1), ("a = 'open", 1)])
    func `a text that is no TOML is an error with a line`(text: String, first: Int) {
        let error = #expect(throws: ConfigError.self) { try ConfigTable(text, file: "shop.toml") }
        #expect((error?.line ?? 0) >= first)
        #expect(error?.message.isEmpty == false)
    }

    @Test(arguments: ["inf", "nan"])
    func `a number is finite`(word: String) throws {
        let table = try ConfigTable("x = \(word)", file: "shop.toml")
        #expect(throws: ConfigError.self) { try table.number("x") }
    }
}
