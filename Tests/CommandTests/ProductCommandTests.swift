import Domain
import Engine
import FoundationEssentials
import TestSupport
import Testing

/// Products and rows in quarantine from the command line.
@Suite struct ProductCommandTests {
    private func shop() throws -> CommandShop {
        let shop = try CommandShop()
        try shop.take("sku,name,price\nA,Thing,5.00\nB,Thing too,6.00\n", as: "products.csv")
        return shop
    }

    @Test func `a product is renamed, and known by both codes`() throws {
        let shop = try shop()
        #expect(try shop.run("products", "rename", "a", "NEW").code == 0)
        for code in ["NEW", "A", "new"] {
            let shown = try shop.run("products", "show", code, "--json")
            #expect(try AnyJSON(shown.output)["sku"]?.text == "NEW")
        }
        #expect(try shop.run("products", "rename", "A", "B").code == 3, "another product has it")
        #expect(try shop.run("products", "rename", "C", "D").code == 6)
        let aliases = try String(contentsOfFile: "\(shop.shop.path)/mappings/aliases.csv", encoding: .utf8)
        #expect(aliases == "sku,scheme,value\nNEW,sku,A\n")
        #expect(try shop.run("journal", "show").output.contains("called NEW now"))
    }

    @Test func `products are merged only when somebody says so`() throws {
        let shop = try shop()
        #expect(try shop.run("products", "merge", "B", "--into", "A").code == 2, "nobody to ask")
        #expect(try shop.run("products", "merge", "B", "--into", "A", "--yes").code == 0)
        #expect(try shop.run("products", "merge", "B", "--into", "A", "--yes").code == 3, "they are one")
        let status = try shop.run("status", "--json")
        #expect(try AnyJSON(status.output)["facts"]?["products"]?.integer == 1)
        #expect(try shop.run("doctor").code == 0)
    }

    @Test func `a row is edited in the person's own editor`() throws {
        let shop = try shop()
        try shop.take("supplier,sku,cost,currency,lead_time_days\nAcme,A,1.50,quid,7\n", as: "offers.csv")
        func edit(_ editor: String) throws -> Int32? {
            try ChildProgram(
                CommandShop.program(), ["quarantine", "edit", "1", "--shop", shop.shop.path],
                environment: ["EDITOR": editor, "VISUAL": ""]
            ).wait().code
        }
        #expect(try edit("true") == 1, "nothing was changed")
        #expect(try edit("false") == 2)
        #expect(try edit("sed -i s/quid/GBP/") == 0)
        #expect(try AnyJSON(shop.run("quarantine", "list", "--json").output).list.isEmpty)
    }
}
